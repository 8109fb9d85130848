/** Whether a measure stays flat: its robust slope over the time after the warm-up, against what is allowed. Pure. */

export type Sample = { readonly atMs: number; readonly values: Readonly<Record<string, number>> };

export type Allowance = {
  /** Measures whose name ends so. */
  readonly suffix: string;
  /** Growth over the judged time: whichever of the two is more. */
  readonly amount: number;
  /** Of the median. */
  readonly share: number;
  /** Before this it grows by design. */
  readonly settlesAfterMs: number;
};

export type Trend = {
  readonly name: string;
  readonly median: number;
  /** Slope times the time judged. */
  readonly growth: number;
  readonly allowed: number;
  readonly verdict: 'flat' | 'growing' | 'not judged';
};

const SAMPLES_MIN = 5;

/** A measure without an allowance is not judged, nor is one that has not settled when the warm-up is over. */
export function judge(samples: readonly Sample[], warmUpMs: number, allowances: readonly Allowance[]): Trend[] {
  const judged = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const names = [...new Set(judged.flatMap(({ values }) => Object.keys(values)))].sort();
  return names.map((name) => {
    const points = judged.flatMap(({ atMs, values }): Point[] => {
      const value = values[name];
      return value === undefined ? [] : [{ at: atMs, value }];
    });
    const median = medianOf(points.map(({ value }) => value));
    const growth = slopeOf(points) * ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0));
    const allowance = allowances.find(({ suffix }) => name.endsWith(suffix));
    if (allowance === undefined || allowance.settlesAfterMs > warmUpMs || points.length < SAMPLES_MIN)
      return { name, median, growth, allowed: Infinity, verdict: 'not judged' };
    const allowed = Math.max(allowance.amount, allowance.share * median);
    return { name, median, growth, allowed, verdict: growth > allowed ? 'growing' : 'flat' };
  });
}

type Point = { readonly at: number; readonly value: number };

/** Theil–Sen: the median of the slopes of all pairs, which single spikes do not move. */
export function slopeOf(points: readonly Point[]): number {
  const slopes = points.flatMap((one, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at !== one.at)
      .map(({ at, value }) => (value - one.value) / (at - one.at)),
  );
  return medianOf(slopes);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
