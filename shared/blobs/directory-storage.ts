/**
 * Contents in a directory: the api writes, workers read. Whoever may pass through the directory itself may read all of
 * it: its mode and group say who that is.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStorage, ByteRange } from './storage.ts';
import { orStorageFailure, storageFailure } from './storage-failure.ts';

/** On the same file system as what is kept, so that keeping is a renaming. */
const STAGING = 'tmp';

/** What is gathered, per upload, while a write is under way. */
const BUFFERED_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;

const PRIVATE = 0o700;
const FOR_ONE_GROUP = 0o750;
/** Below the directory everything is readable, whatever the umask: who comes so far may read. */
const READABLE_DIRECTORY = 0o755;
const READABLE_FILE = 0o644;

export function createDirectoryStorage(directory: string): BlobStorage {
  const staged = (temporary: string) => join(directory, STAGING, temporary);

  return {
    async stage(content) {
      const temporary = randomUUID();
      const path = staged(temporary);
      const file = await orStorageFailure('takes nothing in', async () => {
        await mkdir(directory, { recursive: true, mode: FOR_ONE_GROUP });
        await mkdir(dirname(path), { recursive: true, mode: PRIVATE });
        return open(path, 'wx', READABLE_FILE);
      });
      try {
        await fill(file, content);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      return temporary;
    },

    async keep(temporary, key) {
      const path = join(directory, key);
      await orStorageFailure('could not keep a content', async () => {
        await provideDirectory(dirname(path));
        await rename(staged(temporary), path);
        await sync(dirname(path));
      });
    },

    async discard(temporary) {
      await orStorageFailure('could not discard a content', () => rm(staged(temporary), { force: true }));
    },

    async read(key, range) {
      return orStorageFailure('could not open a content', () => openForReading(join(directory, key), range));
    },

    async remove(key) {
      await orStorageFailure('could not remove a content', () => rm(join(directory, key), { force: true }));
    },

    async removeAllOf(organizationId) {
      await orStorageFailure('could not remove the contents of an organization', () =>
        rm(join(directory, organizationId), { recursive: true, force: true }),
      );
    },

    async removeStale(olderThan) {
      return orStorageFailure('could not remove what was left', () => removeOlder(join(directory, STAGING), olderThan));
    },

    async sourceFor(key) {
      return { kind: 'directory', key };
    },

    close: () => undefined,
  };
}

/** Durable once it resolves. Errors of the content are passed on, those of writing it are the storage's. */
async function fill(file: FileHandle, content: Readable): Promise<void> {
  await orStorageFailure('could not store a content', () => file.chmod(READABLE_FILE));
  const sink = file.createWriteStream({ flush: true, highWaterMark: BUFFERED_BYTES });
  let isOurs: boolean | undefined; // a failure of one ends the other: the first counts
  content.once('error', () => (isOurs ??= false));
  sink.once('error', () => (isOurs ??= true));
  try {
    await pipeline(content, sink);
  } catch (cause) {
    throw isOurs === false ? cause : storageFailure('could not store a content', cause);
  }
}

/** The new entry is made durable in the directory above. */
async function provideDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: READABLE_DIRECTORY });
  if (made === undefined) return;
  const handle = await open(path, 'r');
  try {
    await handle.chmod(READABLE_DIRECTORY);
  } finally {
    await handle.close();
  }
  await sync(dirname(path));
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openForReading(path: string, range: ByteRange | undefined): Promise<Readable> {
  const file = await open(path, 'r');
  const part = range && { start: range.first, end: range.last };
  return createReadStream(path, { fd: file, highWaterMark: READ_BYTES, ...part });
}

async function removeOlder(directory: string, olderThan: Date): Promise<number> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return []; // nothing was ever staged
    throw error;
  });
  let removed = 0;
  for (const name of names) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined); // kept or discarded in between
    if (found === undefined || found.mtime >= olderThan) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
