/**
 * Puts deliveries whose time has come into their queue, as many as are soon taken: what waits longer waits in the
 * database, where every organization and every receiver gets its turn.
 */
import { AppError, ERROR_STATUS } from '../../shared/contracts/errors.ts';
import type { WebhookDeliveryId } from '../../shared/contracts/ids.ts';
import type { Lane } from '../store/webhook-due-queries.ts';
import type { WebhookDueStore } from '../store/webhook-due-store.ts';

export type WebhookPumpDeps = {
  readonly due: Pick<WebhookDueStore, 'isAnyDue' | 'claim'>;
  readonly queue: { add(ids: readonly WebhookDeliveryId[]): Promise<void>; waiting(): Promise<number> };
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
  readonly intervalMs?: number;
};

/** Retries, and what no nudge told of, are found no later than this. */
const INTERVAL_MS = 500;
/** Between two looks, however many nudges come. */
const PAUSE_MS_MIN = 20;
/** However long a look takes, looking takes a small part of the time. */
const REST_FACTOR = 5;
/** Deliveries that wait in the queue. */
const AHEAD_MAX = 32;
/** Attempts at once: the slowest receiver leaves room for others of its organization, and that for others. */
const PER_RECEIVER_MAX = 8;
const PER_ORGANIZATION_MAX = 32;

export function createWebhookPump({ due, queue, nowMs, report, intervalMs = INTERVAL_MS }: WebhookPumpDeps) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let started = false;
  let closed = false;
  let nudged = false;
  let lookedAtMs = -Infinity;
  /** Where the next look begins, when the last was not through. */
  let after: Lane | undefined;
  /** Told of once, not at every look. */
  let outage = false;

  /** @returns whether there may be more */
  async function move(): Promise<boolean> {
    if (!(await due.isAnyDue())) return false;
    const room = AHEAD_MAX - (await queue.waiting());
    if (room <= 0) return false;
    const limits = { room, perReceiver: PER_RECEIVER_MAX, perOrganization: PER_ORGANIZATION_MAX };
    const { ids, next } = await due.claim(limits, after);
    after = next;
    // What does not arrive is claimed again, by whomever, once its claim is over.
    if (ids.length > 0) await queue.add(ids);
    return ids.length > 0 || next !== undefined;
  }

  async function look(): Promise<void> {
    const startedMs = nowMs();
    nudged = false;
    let hasMore = false;
    try {
      hasMore = await move();
      outage = false;
    } catch (error) {
      const isKnown = error instanceof AppError && ERROR_STATUS[error.code] === 503;
      if (!outage || !isKnown) report('webhooks cannot be sent', { error });
      outage = true;
    }
    running = undefined;
    lookedAtMs = nowMs();
    const restMs = Math.max(PAUSE_MS_MIN, (lookedAtMs - startedMs) * REST_FACTOR);
    plan(hasMore || nudged ? restMs : Math.max(restMs, intervalMs));
  }

  function plan(inMs: number): void {
    clearTimeout(timer);
    if (closed || running !== undefined) return;
    timer = setTimeout(() => {
      running = look();
    }, inMs);
  }

  return {
    start(): void {
      started = true;
      plan(0);
    },
    /** An execution has ended: there may be something to send. */
    nudge(): void {
      if (!started || nudged) return;
      nudged = true;
      plan(Math.max(0, PAUSE_MS_MIN - (nowMs() - lookedAtMs)));
    },
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

export type WebhookPump = ReturnType<typeof createWebhookPump>;
