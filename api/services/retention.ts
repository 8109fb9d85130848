/** Deletes executions that ended longer ago than they are kept, little by little. */

export type RetentionDeps = {
  readonly store: { deleteEndedBefore(days: number, limit: number): Promise<number> };
  /** 0 keeps them for ever. */
  readonly days: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly onDeleted: (count: number) => void;
};

/** So few that a batch stays far from a statement's time limit, however large the outputs are. */
const BATCH = 100;
/** How long one pass may go on: the other steps of the reconciler wait meanwhile. */
const PASS_MS = 250;
const REST_MS = 60_000;

export function createRetention({ store, days, nowMs, onDeleted }: RetentionDeps) {
  let nextAtMs = -Infinity;

  return {
    /** Goes on in the next pass while there is more; rests otherwise. */
    async retention(): Promise<void> {
      if (days === 0 || nowMs() < nextAtMs) return;
      const startedMs = nowMs();
      do {
        const deleted = await store.deleteEndedBefore(days, BATCH);
        onDeleted(deleted);
        if (deleted < BATCH) {
          nextAtMs = nowMs() + REST_MS;
          return;
        }
      } while (nowMs() - startedMs < PASS_MS);
    },
  };
}
