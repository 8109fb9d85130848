import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTooLongToLayOut } from '../../../dashboard/src/outputs/media-types.ts';
import { shownOf } from '../../../dashboard/src/outputs/shown-outputs.ts';

describe('dashboard: shown outputs', () => {
  it('shows a few whole', () => {
    expect(shownOf(120, 0)).toEqual({ first: 120, leftOut: 0, added: 0 });
  });

  it('leaves out the middle of many, and adds to it in rounds', () => {
    expect(shownOf(10_000, 0)).toEqual({ first: 100, leftOut: 9_880, added: 200 });
    expect(shownOf(521, 1)).toEqual({ first: 300, leftOut: 201, added: 200 });
    expect(shownOf(521, 2)).toEqual({ first: 500, leftOut: 1, added: 1 });
    expect(shownOf(521, 3)).toEqual({ first: 521, leftOut: 0, added: 0 });
  });

  it('adds with each round what it said it would', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(60), (count, rounds) => {
        const now = shownOf(count, rounds);
        expect(shownOf(count, rounds + 1).leftOut).toBe(now.leftOut - now.added);
        expect(now.first + now.leftOut).toBeLessThanOrEqual(count);
      }),
    );
  });
});

describe('dashboard: what is too long to be laid out', () => {
  it('is told by what laying it out costs', () => {
    const long = 'x'.repeat(100_000);
    expect(['text/latex', 'text/markdown'].map((type) => isTooLongToLayOut(type, long))).toEqual([true, true]);
    expect(['application/json', 'text/plain'].map((type) => isTooLongToLayOut(type, long))).toEqual([false, false]);
  });
});
