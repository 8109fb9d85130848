/** Sends the files of a run to its supervisor: as fast as it takes them, never more than a piece ahead. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { fileFrameHead, type RunFile } from './supervisor-frames.ts';

export type PutOptions = {
  /** Aborted when the run is over, or is to be: no byte is sent after that. */
  readonly signal: AbortSignal;
  /** Told of every piece that went out. */
  readonly onBytes: () => void;
};

/** @throws when a file cannot be read to its end, or `signal` is aborted */
export async function putFiles(stream: Writable, files: readonly RunFile[], options: PutOptions): Promise<void> {
  for (const file of files) await putFile(stream, file, options);
}

async function putFile(stream: Writable, { sizeBytes, chunks }: RunFile, options: PutOptions): Promise<void> {
  const { signal, onBytes } = options;
  let sentBytes = 0;
  for await (const chunk of chunks()) {
    signal.throwIfAborted();
    // Together, so that both leave in one call and nothing is copied.
    stream.cork();
    stream.write(fileFrameHead(chunk.length));
    const isTaken = stream.write(chunk);
    stream.uncork();
    sentBytes += chunk.length;
    // At once: when the last byte is through, the run may have started already.
    onBytes();
    if (!isTaken) await once(stream, 'drain', { signal });
  }
  if (sentBytes !== sizeBytes) throw new Error('a file ended before its size');
}
