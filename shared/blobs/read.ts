/** How workers read contents: without credentials, from a directory or from an address that the api signed. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobSource } from '../contracts/blob-source.ts';
import { storageFailure } from './storage-failure.ts';

/** Time for the storage to begin its answer; how long the content takes is the caller's matter. */
const ANSWER_MS = 10_000;
const READ_BYTES = 256 * 1024;

export type BlobReaderDeps = {
  /** What the keys of `directory` sources are relative to. */
  readonly directory: string;
};

export function createBlobReader({ directory }: BlobReaderDeps) {
  return {
    /**
     * The bytes as they are stored: whoever reads them compares their digest. The stream fails when `signal` aborts.
     * @throws AppError FILE_STORAGE_UNAVAILABLE when the content is missing or the storage does not answer
     */
    async open(source: BlobSource, signal: AbortSignal): Promise<Readable> {
      switch (source.kind) {
        case 'directory':
          return openFile(join(directory, source.key), signal);
        case 'url':
          return openUrl(source.url, signal);
      }
    },
  };
}

async function openFile(path: string, signal: AbortSignal): Promise<Readable> {
  signal.throwIfAborted();
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw storageFailure('could not open a content', cause);
  });
  return createReadStream(path, { fd: file, highWaterMark: READ_BYTES, signal });
}

async function openUrl(url: string, signal: AbortSignal): Promise<Readable> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error('the storage did not answer in time'));
  }, ANSWER_MS);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, late.signal]), redirect: 'error' });
    if (answer.ok && answer.body !== null) return Readable.fromWeb(answer.body, { signal });
    await answer.body?.cancel();
    throw new Error(`the storage answered with status ${String(answer.status)}`);
  } catch (cause) {
    signal.throwIfAborted();
    throw storageFailure('did not give a content', cause); // its address is a secret while it lasts: it is not told
  } finally {
    clearTimeout(timer);
  }
}
