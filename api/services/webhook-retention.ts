/** Deletes deliveries that ended longer ago than they are kept, little by little. */

export type WebhookRetentionDeps = {
  readonly store: { deleteEndedBefore(days: number, limit: number): Promise<number> };
  readonly days: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

const BATCH = 1_000;
const REST_MS = 60_000;

export function createWebhookRetention({ store, days, nowMs }: WebhookRetentionDeps) {
  let nextAtMs = -Infinity;

  return {
    /** One batch a pass; rests when there is no more. */
    async webhookRetention(): Promise<void> {
      if (nowMs() < nextAtMs) return;
      if ((await store.deleteEndedBefore(days, BATCH)) < BATCH) nextAtMs = nowMs() + REST_MS;
    },
  };
}
