import { describe, expect, it } from '@jest/globals';
import { judge, judgeUse, ratioOf, type Floor } from '../../../bench/verdict.ts';

const summary = { count: 10, p50Ms: 13, p95Ms: 20, p99Ms: 30, perSecond: 85 };
const timed: Floor = { what: 'a', p50Ms: 10, perSecond: null };
const rated: Floor = { what: 'b', p50Ms: null, perSecond: 100 };

describe('benchmarks: ratio to the floor', () => {
  it('is that of the medians where the floor has one', () => {
    expect(ratioOf(summary, timed)).toBe(1.3);
  });

  it('is that of the rates where the floor has only a rate', () => {
    expect(ratioOf(summary, rated)).toBe(0.85);
  });

  it('is unknown without a floor', () => {
    expect(ratioOf(summary, null)).toBeNull();
  });
});

describe('benchmarks: verdict', () => {
  it.each([
    [1.3, true],
    [1.29, false],
  ])('holds the median to %f times the floor', (limit, met) => {
    expect(judge(summary, timed, { kind: 'p50_ratio_max', limit })).toMatchObject({ value: 1.3, met });
  });

  it.each([
    [13, true],
    [12, false],
  ])('holds the median to %d ms', (limit, met) => {
    expect(judge(summary, null, { kind: 'p50_ms_max', limit })).toMatchObject({ value: 13, met });
  });

  it.each([
    [3, true],
    [2, false],
  ])('holds the median to %d ms above the floor', (limit, met) => {
    expect(judge(summary, timed, { kind: 'p50_over_ms_max', limit })).toMatchObject({ value: 3, met });
  });

  it.each([
    [20, true],
    [19, false],
  ])('holds what 95 of 100 need to %d ms', (limit, met) => {
    expect(judge(summary, null, { kind: 'p95_ms_max', limit })).toMatchObject({ value: 20, met });
  });

  it.each([
    [85, true],
    [86, false],
  ])('holds the rate to %d per second', (limit, met) => {
    expect(judge(summary, null, { kind: 'per_second_min', limit })).toMatchObject({ value: 85, met });
  });

  it.each([
    [0.85, true],
    [0.86, false],
  ])('holds the rate to %f times the floor', (limit, met) => {
    expect(judge(summary, rated, { kind: 'per_second_ratio_min', limit })).toMatchObject({ value: 0.85, met });
  });

  it.each(['p50_ratio_max', 'p50_over_ms_max', 'per_second_ratio_min'] as const)(
    'misses %s when there is no floor',
    (kind) => {
      expect(judge(summary, null, { kind, limit: 1 }).met).toBe(false);
    },
  );

  it.each([
    [1, true],
    [1.01, false],
  ])('holds a use of %f to its limit', (value, met) => {
    expect(judgeUse(value, 1, '% of a core')).toMatchObject({ value, met });
  });

  it('misses when nothing was measured', () => {
    const nothing = { ...summary, count: 0, p50Ms: Number.NaN, perSecond: 0 };
    expect(judge(nothing, timed, { kind: 'p50_ms_max', limit: 10 }).met).toBe(false);
  });
});
