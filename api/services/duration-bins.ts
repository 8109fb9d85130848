/**
 * Durations are counted in bins, each a fifth wider than the one before: so their percentiles over a week are known
 * to within a tenth, from a few numbers an hour. Pure.
 */
/** Shorter ones count as this long: the first bin ends here. */
export const LEAST_MS = 0.1;
/** Of the width of a bin to that of the one before. */
export const RATIO = 1.2;

export type Bin = { readonly bin: number; readonly count: number };

/** The middle of a bin, in milliseconds. */
function middleMs(bin: number): number {
  return LEAST_MS * RATIO ** (bin - 0.5);
}

/** @param part from 0 to 1 @returns milliseconds; undefined where nothing was counted */
export function percentileMs(bins: readonly Bin[], part: number): number | undefined {
  const sorted = bins.toSorted((one, other) => one.bin - other.bin);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  let left = part * total;
  const found = sorted.find(({ count }) => (left -= count) <= 0) ?? sorted.at(-1);
  return found && Number(middleMs(found.bin).toPrecision(3));
}
