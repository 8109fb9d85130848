/** What a list of durations amounts to. Pure. */
export type Summary = {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
};

/**
 * Nearest rank: the smallest value that at least `percent` of the values do not exceed, so always one that was measured.
 * NaN when there is none.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export function summarize(durationsMs: readonly number[], elapsedMs: number): Summary {
  return {
    count: durationsMs.length,
    p50Ms: percentile(durationsMs, 50),
    p95Ms: percentile(durationsMs, 95),
    p99Ms: percentile(durationsMs, 99),
    perSecond: elapsedMs > 0 ? (durationsMs.length * 1_000) / elapsedMs : 0,
  };
}
