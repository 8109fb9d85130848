/**
 * One content on the worker's disk, checked when it is written. Its name is gone before the first byte is there: nobody
 * else can open it, and it ends with this process, however that ends.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import type { BlobSource } from '../../shared/contracts/blob-source.ts';
import { FILE_FRAME_BYTES_MAX } from '../sandbox/supervisor-frames.ts';

/** What is read at a time: one frame to a sandbox. */
const CHUNK_BYTES_MAX = FILE_FRAME_BYTES_MAX;
/** A storage that sends nothing for so long sends nothing any more. */
const STALL_MS = 10_000;

export type WantedContent = { readonly sha256: string; readonly sizeBytes: number; readonly source: BlobSource };

export type StoreDeps = {
  /** For the files; they are there without a name. */
  readonly directory: string;
  readonly open: (source: BlobSource, signal: AbortSignal) => Promise<Readable>;
};

/**
 * Fetches a content.
 * @throws when it cannot be had, is not what its digest says, or `signal` is aborted before; nothing is left then
 */
export async function storeContent(
  { directory, open: openSource }: StoreDeps,
  wanted: WantedContent,
  signal: AbortSignal,
) {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort(new Error('the storage sends nothing'));
  }, STALL_MS);
  const either = AbortSignal.any([signal, stalled.signal]);
  const handle = await openNameless(directory);
  try {
    const content = await openSource(wanted.source, either);
    content.on('error', () => undefined); // told to who reads, also when that has not begun yet
    addAbortSignal(either, content);
    await handle.writeFile(checked(content, wanted, () => timer.refresh()));
    return stored(handle, wanted.sizeBytes);
  } catch (error) {
    await handle.close();
    either.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export type StoredFile = Awaited<ReturnType<typeof storeContent>>;

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `code-interpreter-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

/** The bytes as they come, up to the size that was told. @throws at the end when they are not what they should be */
async function* checked(
  content: Readable,
  { sha256, sizeBytes }: WantedContent,
  onBytes: () => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    onBytes();
    bytes += chunk.length;
    if (bytes > sizeBytes) break;
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== sizeBytes || hash.digest('hex') !== sha256) throw new Error('the content is damaged');
}

function stored(handle: FileHandle, sizeBytes: number) {
  return {
    sizeBytes,
    /** Whether it is as long as it was: nobody but this process could have changed it. */
    async isWhole(): Promise<boolean> {
      return (await handle.stat()).size === sizeBytes;
    },
    /** From the start, for any number of readers at a time; no chunk is used again. */
    async *chunks(): AsyncGenerator<Buffer> {
      for (let at = 0; at < sizeBytes;) {
        const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES_MAX, sizeBytes - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error('a stored file became shorter');
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    close: (): Promise<void> => handle.close(),
  };
}
