import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNotModified, wantedRange } from '../../../../api/http/ranges.ts';

const etag = '"abc"';

describe('ranges: what is wanted', () => {
  it('is what the same slice of the bytes is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(60), fc.nat(60), (sizeBytes, first, last) => {
        fc.pre(first <= last && first < sizeBytes);
        const range = wantedRange(`bytes=${String(first)}-${String(last)}`, undefined, { etag, sizeBytes });
        const bytes = Array.from({ length: sizeBytes }, (_, at) => at);
        expect(range && bytes.slice(range.first, range.last + 1)).toEqual(bytes.slice(first, last + 1));
      }),
    );
  });

  it('never leaves the content, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(100), (text, sizeBytes) => {
        try {
          const range = wantedRange(`bytes=${text}`, undefined, { etag, sizeBytes });
          if (range === undefined) return;
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeGreaterThanOrEqual(range.first);
          expect(range.last).toBeLessThan(sizeBytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
        }
      }),
    );
  });

  it('is nothing of an empty content', () => {
    expect(() => wantedRange('bytes=0-', undefined, { etag, sizeBytes: 0 })).toThrow('0 bytes');
  });

  it('is the whole when the condition names another content, or a weak tag', () => {
    for (const ifRange of ['"other"', `W/${etag}`, 'Mon, 01 Jan 2024 00:00:00 GMT']) {
      expect(wantedRange('bytes=0-0', ifRange, { etag, sizeBytes: 5 })).toBeUndefined();
    }
  });
});

describe('ranges: whether the client has it', () => {
  it.each([
    [undefined, false],
    [etag, true],
    [`W/${etag}`, true],
    [`"x", ${etag}`, true],
    ['*', true],
    ['"x"', false],
  ])('says for If-None-Match %s: %s', (header, expected) => {
    expect(isNotModified(header, etag)).toBe(expected);
  });
});
