/** Reads a part of a stored content into memory. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ByteRange } from '../../../shared/blobs/storage.ts';

const Bytes = z.instanceof(Buffer);

/**
 * Of what comes, no more than was asked for.
 * @throws Error when `signal` aborts, also while the storage does not answer
 */
export async function readBytes(
  opening: Promise<Readable>,
  { first, last }: ByteRange,
  signal: AbortSignal,
): Promise<Buffer> {
  const late = Promise.withResolvers<never>();
  const stop = () => {
    late.reject(new Error('the content did not come in time'));
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([collected(opening, last - first + 1), late.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    close(opening);
  }
}

async function collected(opening: Promise<Readable>, bytesMax: number): Promise<Buffer> {
  const content = await opening;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    const piece = Bytes.parse(chunk);
    chunks.push(piece);
    bytes += piece.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

/** Also one that opens later than anybody waited; what it fails at then is nobody's matter. */
function close(opening: Promise<Readable>): void {
  opening.then(
    (content) => {
      content.on('error', () => undefined);
      content.destroy();
    },
    () => undefined,
  );
}
