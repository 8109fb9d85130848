import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasMoreValues } from '../../../../api/http/json-scan.ts';

const scan = (value: unknown, max: number) => hasMoreValues(Buffer.from(JSON.stringify(value)), max);

/** A value counts itself and everything in it. */
function countOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countOf(inner), 1);
}

describe('JSON scan', () => {
  it('never refuses what holds no more than the bound', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(scan(value, countOf(value))).toBe(false);
      }),
    );
  });

  it.each([
    ['members', Object.fromEntries(Array.from({ length: 11 }, (_, at) => [String(at), 0]))],
    ['items', Array.from({ length: 11 }, () => 0)],
    ['lists in lists', [[[[[[[[[[[]]]]]]]]]]]],
  ])('refuses too many %s', (_name, value) => {
    expect(scan(value, 10)).toBe(true);
  });

  it('does not count what stands in text', () => {
    expect(scan({ code: ',[{'.repeat(1_000), 'a"\\': '\\",,,' }, 3)).toBe(false);
  });

  it('ends with a text that does not', () => {
    expect(hasMoreValues(Buffer.from('{"code":"a\\'), 10)).toBe(false);
  });
});
