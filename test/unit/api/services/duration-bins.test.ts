import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LEAST_MS, percentileMs, RATIO, type Bin } from '../../../../api/services/duration-bins.ts';

/** As the statement counts. */
const binOf = (ms: number) => Math.ceil(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(RATIO));
const binsOf = (durations: readonly number[]): Bin[] =>
  [...Map.groupBy(durations, binOf)].map(([bin, same]) => ({ bin, count: same.length }));

describe('duration bins: percentiles', () => {
  it('knows none of nothing', () => {
    expect(percentileMs([], 0.5)).toBeUndefined();
  });

  it('is within a tenth of what sorting says', () => {
    const durations = fc.array(fc.double({ min: 0.12, max: 3e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (given, part) => {
        const exact = given.toSorted((one, other) => one - other)[Math.ceil(part * given.length) - 1] ?? 0;
        const told = percentileMs(binsOf(given), part) ?? 0;
        expect(Math.abs(told / exact - 1)).toBeLessThan(0.105); // three digits are told
      }),
    );
  });
});
