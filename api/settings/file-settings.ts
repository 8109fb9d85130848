/** Where the contents of files are kept. */
import { z } from 'zod';
import type { StorageSettings } from '../../shared/blobs/open.ts';
import { urlOf, wholeNumber, type SettingMeta } from '../../shared/platform/settings.ts';
import { filesDirectory } from '../../shared/platform/files-directory.ts';

const meta = (of: SettingMeta): SettingMeta => of;

/** A job that no worker takes for longer has an address that has expired, and is lost. */
const DAY_S = 86_400;
/** What Amazon allows at most. */
const URL_EXPIRY_S_MAX = 604_800;
const URL_EXPIRY_S_MIN = 60;

export const FILE_SETTINGS = {
  FILES_STORAGE: z
    .enum(['directory', 's3'])
    .default('directory')
    .meta(meta({ description: 'What keeps the contents of files: a directory, or a bucket of S3 or of its like.' })),
  FILES_DIRECTORY: filesDirectory(
    'Directory of the contents; made if it is absent. The api writes there and workers read there, so on several hosts it is a shared file system.',
  ),
  FILES_URL_EXPIRY_S: wholeNumber(URL_EXPIRY_S_MIN, URL_EXPIRY_S_MAX)
    .default(DAY_S)
    .meta(
      meta({
        description:
          'How long a worker can read a content from S3 over the address in its job, which is signed when the job is dispatched.',
        unit: 'seconds',
      }),
    ),
  S3_BUCKET: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta({
        description: 'The bucket; it has to exist.',
        allowed: 'a name',
        defaultText: 'none; required with `FILES_STORAGE=s3`',
      }),
    ),
  S3_REGION: z
    .string()
    .min(1)
    .default('us-east-1')
    .meta(meta({ description: 'Region of the bucket.', allowed: 'a name' })),
  S3_ENDPOINT: urlOf(['http:', 'https:'])
    .optional()
    .meta(
      meta({
        description: 'Address of what speaks like S3. Workers have to reach it under the same name.',
        defaultText: 'Amazon’s',
        allowed: 'a URL: `https://` or `http://`',
      }),
    ),
  AWS_ACCESS_KEY_ID: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'Who the api is for S3. Read by the AWS SDK, as are all other variables that it knows.',
        defaultText: 'what the SDK finds, such as the role of the machine',
        allowed: 'an id',
      }),
    ),
  AWS_SECRET_ACCESS_KEY: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'Secret: what belongs to `AWS_ACCESS_KEY_ID`. Read by the AWS SDK.',
        defaultText: 'what the SDK finds',
        allowed: 'a secret',
      }),
    ),
} as const;

export type FileSettings = Readonly<z.infer<z.ZodObject<typeof FILE_SETTINGS>>>;

/** @throws Error when a bucket is needed and not named */
export function storageSettings(settings: FileSettings): StorageSettings {
  if (settings.FILES_STORAGE === 'directory') return { kind: 'directory', directory: settings.FILES_DIRECTORY };
  if (settings.S3_BUCKET === undefined) throw new Error('FILES_STORAGE=s3 needs S3_BUCKET.');
  return {
    kind: 's3',
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    urlExpirySeconds: settings.FILES_URL_EXPIRY_S,
  };
}
