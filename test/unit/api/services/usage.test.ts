import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wholeRange } from '../../../../api/services/usage.ts';

const STEP_MS = { hour: 3_600_000, day: 86_400_000 };
const MAX = { hour: 31 * 24, day: 366 };
const now = new Date('2026-03-04T05:06:07.008Z');

const granularity = fc.constantFrom('hour' as const, 'day' as const);
const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });

describe('usage: range', () => {
  it('is made of whole hours or days that hold what was asked for, and no more of them', () => {
    fc.assert(
      fc.property(granularity, time, fc.integer({ min: 1, max: 20 * 86_400_000 }), (step, from, lengthMs) => {
        const to = new Date(from.getTime() + lengthMs);
        const range = wholeRange({ granularity: step, from, to }, now);
        for (const edge of [range.from, range.to]) expect(edge.getTime() % STEP_MS[step]).toBe(0);
        expect(from.getTime() - range.from.getTime()).toBeGreaterThanOrEqual(0);
        expect(from.getTime() - range.from.getTime()).toBeLessThan(STEP_MS[step]);
        expect(range.to.getTime() - to.getTime()).toBeGreaterThanOrEqual(0);
        expect(range.to.getTime() - to.getTime()).toBeLessThan(STEP_MS[step]);
      }),
    );
  });

  it.each(['hour', 'day'] as const)('takes as many of a %s as are allowed, and not one more', (step) => {
    const from = new Date('2026-01-01T00:00:00Z');
    const to = new Date(from.getTime() + MAX[step] * STEP_MS[step]);
    expect(wholeRange({ granularity: step, from, to }, now)).toEqual({ from, to });
    expect(() => wholeRange({ granularity: step, from, to: new Date(to.getTime() + 1) }, now)).toThrow(/at most/);
  });

  it.each([
    ['hour', '2026-03-03T06:00:00.000Z', '2026-03-04T06:00:00.000Z'],
    ['day', '2026-02-03T00:00:00.000Z', '2026-03-05T00:00:00.000Z'],
  ] as const)('looks back from now by %s where nothing is asked for', (step, from, to) => {
    const range = wholeRange({ granularity: step }, now);
    expect([range.from.toISOString(), range.to.toISOString()]).toEqual([from, to]);
  });

  it('refuses one that ends where it begins', () => {
    const from = new Date('2026-01-01T00:00:00Z');
    expect(() => wholeRange({ granularity: 'day', from, to: from }, now)).toThrow(/before/);
  });
});
