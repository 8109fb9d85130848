/** Files of organizations, as clients see them: in OpenAI's shape, and in the one of organizations' own paths. */
import { z } from 'zod';
import { isFileName } from './file.ts';
import { FileId, OrganizationId } from './ids.ts';
import { Sha256 } from './input-file.ts';
import { FILE_NAME_BYTES_MAX, FILE_SEARCH_CHARACTERS_MAX, PAGE_NUMBER_MAX, PAGE_SIZE_MAX } from './limits.ts';

/** In one form, so that names that look the same are the same. */
export const FileName = z
  .string()
  .normalize('NFC')
  .refine(
    isFileName,
    `must be a name of 1 to ${String(FILE_NAME_BYTES_MAX)} bytes of UTF-8, without "/", "\\", control characters and marks that turn the reading direction, and not "." or ".."`,
  );

/** What it is for, in the client's words: the service makes nothing of it. */
export const FilePurpose = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter');

export const PURPOSE_DEFAULT = 'user_data';

export const StoredFile = z
  .strictObject({
    id: FileId,
    object: z.literal('file'),
    bytes: z.int().min(0),
    created_at: z.int().describe('Seconds since 1970.'),
    filename: z.string(),
    purpose: z.string(),
    mime_type: z.string().describe('By its first bytes where they tell, else as it was declared.'),
    sha256: Sha256.describe('Of the content.'),
    status: z.literal('processed'),
  })
  .meta({ id: 'File' });
export type StoredFile = z.infer<typeof StoredFile>;

export const DeletedFile = z
  .strictObject({ id: FileId, object: z.literal('file'), deleted: z.literal(true) })
  .meta({ id: 'DeletedFile' });

/** The text fields of an upload. */
export const UploadFields = z.strictObject({
  purpose: FilePurpose.default(PURPOSE_DEFAULT).describe('What it is for, in your words.'),
});

/** Names in this shape are written as in `organizationId`. */
export const OrganizationFile = z
  .strictObject({
    id: FileId,
    name: z.string(),
    organizationId: OrganizationId,
    size: z.int().min(0).describe('In bytes.'),
    mimeType: z.string(),
    purpose: z.string(),
    status: z.literal('uploaded'),
    createdAt: z.iso.datetime(),
    createdBy: z.string().nullable().describe('The key it was uploaded with.'),
  })
  .meta({ id: 'OrganizationFile' });
export type OrganizationFile = z.infer<typeof OrganizationFile>;

export const OrganizationFileList = z
  .strictObject({
    data: z.array(OrganizationFile),
    total: z.int().min(0).describe('On all pages.'),
    page: z.int().min(1).max(PAGE_NUMBER_MAX),
    pageSize: z.int().min(1).max(PAGE_SIZE_MAX),
  })
  .meta({ id: 'OrganizationFileList' });

export const OrganizationUploadFields = z.strictObject({
  purpose: FilePurpose.default('vector_store').describe('What it is for, in your words.'),
});

export const FileSearchText = z.string().min(1).max(FILE_SEARCH_CHARACTERS_MAX).normalize('NFC');
