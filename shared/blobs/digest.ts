/** Digests of contents that pass by: taken on the way in, compared on the way out. */
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { storageFailure } from './storage-failure.ts';

/** As much of the beginning as is looked at to tell what kind of content it is. */
const HEAD_BYTES = 4_096;

export type Measure = { readonly sha256: string; readonly sizeBytes: number; readonly head: Buffer };

/** Passes bytes on and takes their measure; `measure` counts once the stream has ended. */
export function createMeter(): { readonly stream: Transform; measure(): Measure } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      done(null, chunk);
    },
  });
  return { stream, measure: () => ({ sha256: hash.digest('hex'), sizeBytes, head }) };
}

/**
 * Passes bytes on, and fails at their end unless they have that digest. The last of them are held back until then:
 * whoever knows how many are to come sees that they did not.
 */
export function checkingDigest(sha256: string): Transform {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const before = held;
      held = chunk;
      done(null, before);
    },
    flush(done) {
      if (hash.digest('hex') === sha256) done(null, held);
      else done(storageFailure('holds a damaged content', new Error('the digest is not the one it was stored with')));
    },
  });
}
