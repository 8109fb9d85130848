import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkingDigest, createMeter } from '../../../shared/blobs/digest.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const somePieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 });
const streamOf = (pieces: readonly Uint8Array[]) => Readable.from(pieces.map(Buffer.from), { objectMode: false });

describe('digests: taking the measure', () => {
  it('gives the same however the content is cut', async () => {
    await fc.assert(
      fc.asyncProperty(somePieces, async (pieces) => {
        const whole = Buffer.concat(pieces);
        const meter = createMeter();
        expect((await buffer(streamOf(pieces).pipe(meter.stream))).equals(whole)).toBe(true);
        expect(meter.measure()).toEqual({ sha256: sha256(whole), sizeBytes: whole.length, head: whole });
      }),
    );
  });

  it('keeps no more than the beginning', async () => {
    const meter = createMeter();
    await buffer(streamOf([Buffer.alloc(10_000, 'a'), Buffer.alloc(10_000, 'b')]).pipe(meter.stream));
    expect(meter.measure().head.length).toBeLessThan(10_000);
  });
});

describe('digests: comparing', () => {
  it('passes on what is whole, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(somePieces, async (pieces) => {
        const whole = Buffer.concat(pieces);
        const passed = await buffer(streamOf(pieces).pipe(checkingDigest(sha256(whole))));
        expect(passed.equals(whole)).toBe(true);
      }),
    );
  });

  it('never passes all of a content that is another', async () => {
    await fc.assert(
      fc.asyncProperty(somePieces, async (pieces) => {
        const checked = streamOf(pieces).pipe(checkingDigest(sha256(Buffer.from('another'))));
        let passed = 0;
        checked.on('data', (chunk: Buffer) => (passed += chunk.length));
        const error = await new Promise((resolve) => checked.once('error', resolve));
        expect(error).toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
        const bytes = Buffer.concat(pieces).length;
        if (bytes > 0) expect(passed).toBeLessThan(bytes);
      }),
    );
  });
});
