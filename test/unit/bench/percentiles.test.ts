import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percentile, summarize } from '../../../bench/percentiles.ts';

const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('benchmarks: percentiles', () => {
  it('gives the nearest rank of values in any order', () => {
    const values = [50, 15, 40, 20, 35];
    expect([5, 30, 40, 50, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50]);
  });

  it('gives the highest of a hundred values only above the 99th', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentile(values, 99), percentile(values, 99.1)]).toEqual([99, 100]);
  });

  it('leaves the list as it was', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it('tells nothing of no values', () => {
    expect(percentile([], 50)).toBeNaN();
  });

  it('always gives a measured value that at least so many per cent do not exceed', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const found = percentile(values, percent);
        const notAbove = values.filter((value) => value <= found).length;
        const below = values.filter((value) => value < found).length;
        expect(values).toContain(found);
        expect(notAbove * 100).toBeGreaterThanOrEqual(percent * values.length);
        expect(below * 100).toBeLessThan(percent * values.length);
      }),
    );
  });
});

describe('benchmarks: summary', () => {
  it('takes the rate from the time that went by, not from the durations', () => {
    expect(summarize([10, 10, 10, 10], 20)).toEqual({ count: 4, p50Ms: 10, p95Ms: 10, p99Ms: 10, perSecond: 200 });
  });

  it('has a rate of 0 when no time went by', () => {
    expect(summarize([], 0).perSecond).toBe(0);
  });
});
