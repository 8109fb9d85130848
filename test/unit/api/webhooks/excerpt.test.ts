import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { excerptOf } from '../../../../api/webhooks/excerpt.ts';

describe('webhook excerpt', () => {
  it('of whatever bytes is text that can be stored and shown, of 1,024 characters at most', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), (bytes) => {
        const text = excerptOf(Buffer.from(bytes), undefined) ?? '';
        expect(text.isWellFormed()).toBe(true);
        expect([...text].length).toBeLessThanOrEqual(1_024);
        expect(text.replaceAll(/[\n\r\t]/g, '')).not.toMatch(/[\p{Cf}\p{Cc}]/u);
      }),
    );
  });

  it('is cut after 1,024 characters, not before', () => {
    expect(excerptOf(Buffer.from('ü'.repeat(1_024)), undefined)).toBe('ü'.repeat(1_024));
    expect(excerptOf(Buffer.from('😀'.repeat(1_025)), undefined)).toBe('😀'.repeat(1_024));
  });

  it('is nothing of what is packed, or empty', () => {
    expect(excerptOf(Buffer.from('x'), 'gzip')).toBeNull();
    expect(excerptOf(Buffer.from('x'), 'identity')).toBe('x');
    expect(excerptOf(Buffer.alloc(0), undefined)).toBeNull();
  });
});
