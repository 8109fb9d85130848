/** Turns the entries of ended executions into sums by hour, and makes their code findable, little by little. */

export type UsageSumsDeps = {
  readonly store: { sumUp(limit: number): Promise<number> };
  readonly activity: { prune(): Promise<void> };
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

/** So few that a batch stays far from a statement's time limit, however much there is to search in their code. */
const BATCH = 250;
/** How long one pass may go on: the other steps of the reconciler wait meanwhile. */
const PASS_MS = 250;
/** How often sums that nothing asks for any more are dropped. */
const PRUNE_MS = 600_000;

export function createUsageSums({ store, activity, nowMs }: UsageSumsDeps) {
  let pruneAtMs = -Infinity;
  return {
    /** Goes on in the next pass while there is more. */
    async usage(): Promise<void> {
      const startedMs = nowMs();
      while ((await store.sumUp(BATCH)) === BATCH && nowMs() - startedMs < PASS_MS);
      if (startedMs < pruneAtMs) return;
      await activity.prune();
      pruneAtMs = startedMs + PRUNE_MS;
    },
  };
}
