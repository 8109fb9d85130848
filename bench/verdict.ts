/** A measurement beside its floor and its target. Pure. */
import type { Summary } from './percentiles.ts';

/** What the same machine needs, in the same run, for the part of the work that nobody can save. */
export type Floor = { readonly what: string; readonly p50Ms: number | null; readonly perSecond: number | null };

export type Target =
  /** The median is at most so many times the floor's. */
  | { readonly kind: 'p50_ratio_max'; readonly limit: number }
  /** The median is at most so much above the floor's. */
  | { readonly kind: 'p50_over_ms_max'; readonly limit: number }
  | { readonly kind: 'p50_ms_max'; readonly limit: number }
  | { readonly kind: 'p95_ms_max'; readonly limit: number }
  | { readonly kind: 'per_second_min'; readonly limit: number }
  /** The rate is at least this part of the floor's. */
  | { readonly kind: 'per_second_ratio_min'; readonly limit: number }
  /** A value that is not a duration: see {@link judgeUse}. */
  | { readonly kind: 'use_max'; readonly limit: number; readonly unit: '% of a core' | 'MiB' };

export type Verdict = { readonly target: Target; readonly value: number; readonly met: boolean };

/** The median over the floor's, or the rate over the floor's where the floor has only a rate; null without a floor. */
export function ratioOf(summary: Summary, floor: Floor | null): number | null {
  if (floor === null) return null;
  if (floor.p50Ms !== null) return summary.p50Ms / floor.p50Ms;
  return floor.perSecond === null ? null : summary.perSecond / floor.perSecond;
}

/** A value that cannot be told (nothing was measured, no floor) misses its target. */
export function judge(summary: Summary, floor: Floor | null, target: Target): Verdict {
  const value = valueOf(summary, floor, target);
  const isMax = target.kind !== 'per_second_min' && target.kind !== 'per_second_ratio_min';
  return { target, value, met: isMax ? value <= target.limit : value >= target.limit };
}

/** Whether what is used, of `unit`, is within `limit`. */
export function judgeUse(value: number, limit: number, unit: '% of a core' | 'MiB'): Verdict {
  return { target: { kind: 'use_max', limit, unit }, value, met: value <= limit };
}

function valueOf(summary: Summary, floor: Floor | null, { kind }: Target): number {
  const values: Readonly<Record<Target['kind'], number>> = {
    p50_ratio_max: summary.p50Ms / (floor?.p50Ms ?? Number.NaN),
    p50_over_ms_max: summary.p50Ms - (floor?.p50Ms ?? Number.NaN),
    p50_ms_max: summary.p50Ms,
    p95_ms_max: summary.p95Ms,
    per_second_min: summary.perSecond,
    per_second_ratio_min: summary.perSecond / (floor?.perSecond ?? Number.NaN),
    use_max: Number.NaN,
  };
  return values[kind];
}
