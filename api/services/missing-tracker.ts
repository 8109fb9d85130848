/** Tells what has been missing for a while without a break, from one observation to the next. Pure but for its memory. */

/** @param lastingMs how long something must be missing before it is told of, and again before it is told of once more */
export function createMissingTracker(lastingMs: number) {
  let sinceMs = new Map<string, number>();
  return {
    /** @returns those of `missing` that were so in every observation for `lastingMs` */
    observe(missing: readonly string[], nowMs: number): string[] {
      const lasting = missing.filter((id) => nowMs - (sinceMs.get(id) ?? nowMs) >= lastingMs);
      const told = new Set(lasting);
      sinceMs = new Map(missing.map((id) => [id, told.has(id) ? nowMs : (sinceMs.get(id) ?? nowMs)]));
      return lasting;
    },
  };
}
