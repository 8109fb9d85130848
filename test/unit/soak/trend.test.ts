import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge, slopeOf, type Allowance, type Sample } from '../../soak/trend.ts';

const ALLOWED: Allowance = { suffix: 'size', amount: 5, share: 0.1, settlesAfterMs: 0 };
const sampled = (valueAt: (atMs: number) => number): Sample[] =>
  Array.from({ length: 30 }, (_, at) => ({ atMs: at * 1_000, values: { 'the size': valueAt(at * 1_000) } }));
const verdictOf = (samples: Sample[], allowance = ALLOWED) => judge(samples, 10_000, [allowance])[0]?.verdict;

describe('trend', () => {
  it('has the slope of a line', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -1_000, max: 1_000 }), (slope, start) => {
        const points = Array.from({ length: 20 }, (_, at) => ({ at, value: start + slope * at }));
        expect(slopeOf(points)).toBe(slope);
      }),
    );
  });

  it('is flat while it only goes up and down', () => {
    expect(verdictOf(sampled((atMs) => 100 + ((atMs / 1_000) % 5)))).toBe('flat');
  });

  it('is flat with a spike, also at the end', () => {
    expect(verdictOf(sampled((atMs) => (atMs === 29_000 ? 10_000 : 20)))).toBe('flat');
  });

  it('is flat when all the growth was before the warm-up was over', () => {
    expect(verdictOf(sampled((atMs) => Math.min(atMs, 10_000)))).toBe('flat');
  });

  it('is growing with a steady leak that is past what is allowed', () => {
    expect(verdictOf(sampled((atMs) => atMs / 1_000))).toBe('growing');
  });

  it('is not judged before it settles, without an allowance, and of too few samples', () => {
    const leak = sampled((atMs) => atMs);
    expect(verdictOf(leak, { ...ALLOWED, settlesAfterMs: 10_001 })).toBe('not judged');
    expect(verdictOf(leak, { ...ALLOWED, suffix: 'other' })).toBe('not judged');
    expect(verdictOf(leak.slice(0, 14))).toBe('not judged');
  });
});
