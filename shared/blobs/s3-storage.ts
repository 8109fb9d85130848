/**
 * Contents in a bucket of S3, or of what speaks like it. Workers read over addresses that are signed here and expire, so
 * that they hold no credentials; the api's come from the environment, as the SDK reads it.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BlobStorage } from './storage.ts';
import { orStorageFailure, storageFailure } from './storage-failure.ts';

export type S3Settings = {
  readonly bucket: string;
  readonly region: string;
  /** Undefined: Amazon's own. */
  readonly endpoint: string | undefined;
  /** How long a worker may use an address. */
  readonly urlExpirySeconds: number;
  readonly answerMs?: number;
};

const STAGING = 'tmp/';
/** The least that S3 takes as a part; so much of an upload is in memory at a time, twice. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const CONNECT_MS = 5_000;
/** Without anything moving on the connection; copying within a bucket is one request that answers late. */
const ANSWER_MS = 20_000;
const ATTEMPTS = 2;
const REMOVED_AT_ONCE = 16;
/** What goes wrong is thrown; the SDK would write more of it to the console. */
const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export function createS3Storage(settings: S3Settings): BlobStorage {
  const { bucket, urlExpirySeconds } = settings;
  const client = createClient(settings);
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  async function* objectsBelow(prefix: string): AsyncGenerator<Listed> {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) yield { key: Key, changedAt: LastModified };
      }
    }
  }

  async function removeEach(objects: AsyncIterable<{ key: string }>): Promise<number> {
    let removed = 0;
    let batch: Promise<unknown>[] = [];
    for await (const { key } of objects) {
      batch.push(client.send(new DeleteObjectCommand(at(key))));
      removed += 1;
      if (batch.length < REMOVED_AT_ONCE) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
    return removed;
  }

  /** Parts of uploads that a process left when it died: they belong to no object, and no list of objects names them. */
  async function abortUploads(olderThan: Date): Promise<void> {
    const uploads = await client
      .send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: STAGING }))
      .catch((error: unknown) => {
        // Some of what speaks like S3 cannot tell of them, and then clears them away by itself.
        if (error instanceof S3ServiceException && error.name === 'NotImplemented') return { Uploads: [] };
        throw error;
      });
    for (const { Key, UploadId, Initiated } of uploads.Uploads ?? []) {
      if (Key === undefined || Initiated === undefined || Initiated >= olderThan) continue;
      await client.send(new AbortMultipartUploadCommand({ ...at(Key), UploadId }));
    }
  }

  return {
    async stage(content) {
      const temporary = randomUUID();
      let broken: Error | undefined;
      content.once('error', (error) => (broken = error));
      const upload = new Upload({
        client,
        params: { ...at(STAGING + temporary), Body: content },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
      });
      await upload.done().catch((cause: unknown) => {
        throw broken ?? storageFailure('could not store a content', cause);
      });
      return temporary;
    },

    async keep(temporary, key) {
      const source = `${bucket}/${STAGING}${temporary}`;
      await orStorageFailure('could not keep a content', () =>
        client.send(new CopyObjectCommand({ ...at(key), CopySource: encodeURI(source) })),
      );
    },

    async discard(temporary) {
      await orStorageFailure('could not discard a content', () =>
        client.send(new DeleteObjectCommand(at(STAGING + temporary))),
      );
    },

    async read(key, range) {
      const Range = range && `bytes=${String(range.first)}-${String(range.last)}`;
      return orStorageFailure('could not open a content', async () => {
        const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...(Range && { Range }) }));
        if (Body instanceof Readable) return Body;
        throw new Error('the storage answered without a body');
      });
    },

    async remove(key) {
      await orStorageFailure('could not remove a content', () => client.send(new DeleteObjectCommand(at(key))));
    },

    async removeAllOf(organizationId) {
      await orStorageFailure('could not remove the contents of an organization', () =>
        removeEach(objectsBelow(`${organizationId}/`)),
      );
    },

    async removeStale(olderThan) {
      return orStorageFailure('could not remove what was left', async () => {
        await abortUploads(olderThan);
        return removeEach(older(objectsBelow(STAGING), olderThan));
      });
    },

    async sourceFor(key) {
      const url = await orStorageFailure('could not sign an address', () =>
        getSignedUrl(client, new GetObjectCommand(at(key)), { expiresIn: urlExpirySeconds }),
      );
      return { kind: 'url', url };
    },

    close() {
      client.destroy();
    },
  };
}

function createClient({ region, endpoint, answerMs = ANSWER_MS }: S3Settings): S3Client {
  return new S3Client({
    region,
    // Names of buckets are part of the host only at Amazon's.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // What is no more than compatible refuses the trailers that newer checksums come in.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: answerMs, logger: SILENT },
  });
}

type Listed = { readonly key: string; readonly changedAt: Date | undefined };

async function* older(objects: AsyncIterable<Listed>, than: Date): AsyncGenerator<Listed> {
  for await (const object of objects) if (object.changedAt !== undefined && object.changedAt < than) yield object;
}
