/**
 * Deliveries that are to be made. Works for the service as a whole, across organizations.
 *
 * ```
 * pending ──claim──► claimed ──start──► attempting ──succeed──► delivered
 *    ▲                  │                   │ └───────fail────► failed
 *    └──(its time is over: the process died)┴──fail──► pending, later
 * ```
 */
import { sql } from 'kysely';
import type { WebhookDeliveryId } from '../../shared/contracts/ids.ts';
import type { DeliveryError, DeliveryStatus, EndedAttempt } from '../../shared/contracts/webhook.ts';
import { WEBHOOK_ATTEMPTS_KEPT_MAX } from '../../shared/contracts/limits.ts';
import { orDatabaseError, type Db } from './database.ts';
import { claiming, starting, type ClaimLimits, type Lane, type StartedDelivery } from './webhook-due-queries.ts';

export type AttemptOutcome = {
  readonly error: DeliveryError | null;
  readonly status: number | null;
  readonly excerpt: string | null;
  readonly durationMs: number;
};

export type Claim = {
  readonly ids: readonly WebhookDeliveryId[];
  /** Where the next look goes on; undefined: at the beginning. */
  readonly next: Lane | undefined;
};

/** Any number that nothing else in the database locks. */
export const CLAIM_LOCK_ID = 7_302_118_003;

export function createWebhookDueStore({ db }: { readonly db: Db }) {
  return {
    /** A cheap look, for a service in which most executions end without anyone to tell. */
    async isAnyDue(): Promise<boolean> {
      const { rows } = await orDatabaseError(() =>
        sql<{ due: boolean }>`select exists (
          select 1 from webhook_deliveries where status = 'pending' and next_attempt_at <= now()) as due`.execute(db),
      );
      return rows[0]?.due === true;
    },

    /**
     * Claims deliveries whose time has come, so that every organization, and of each every receiver, gets its turn.
     * A look takes some of the receivers, in order: those after `after`.
     * @returns none while another process is at it: then the next look begins where this one would have
     */
    async claim(limits: ClaimLimits, after: Lane | undefined): Promise<Claim> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          const lock = await sql<{
            locked: boolean;
          }>`select pg_try_advisory_xact_lock(${CLAIM_LOCK_ID}) as locked`.execute(transaction);
          if (lock.rows[0]?.locked !== true) return { ids: [], next: after };
          const { rows } = await claiming(limits, after).execute(transaction);
          return { ids: rows[0]?.ids ?? [], next: rows[0]?.next ?? undefined };
        }),
      );
    },

    /** Counts the attempt. @returns undefined when there is none to make: it is over, or another process is at it */
    async start(id: WebhookDeliveryId): Promise<StartedDelivery | undefined> {
      const { rows } = await orDatabaseError(() => starting(id).execute(db));
      return rows[0];
    },

    /** The attempt was broken off by the service itself: another process may begin at once. */
    async release({ id, attempts }: StartedDelivery): Promise<void> {
      await orDatabaseError(() =>
        sql`update webhook_deliveries set attempting = false, claimed_until = null
          where id = ${id} and status = 'pending' and attempts = ${attempts}`.execute(db),
      );
    },

    async succeed(delivery: StartedDelivery, outcome: AttemptOutcome): Promise<void> {
      await orDatabaseError(() =>
        sql`update webhook_deliveries set status = 'delivered', delivered_at = clock_timestamp(), next_attempt_at = null,
            ${ended(delivery, outcome)}
          where id = ${delivery.id} and status = 'pending'`.execute(db),
      );
    },

    /**
     * @param nextAttemptAt null: given up. What goes to an endpoint that is switched off by now is too.
     * @returns whether it is tried again
     */
    async fail(delivery: StartedDelivery, outcome: AttemptOutcome, nextAttemptAt: Date | null): Promise<boolean> {
      const { id, endpoint_id: endpointId, attempts } = delivery;
      // A later attempt, begun when this one was thought lost, has the say.
      const { rows } = await orDatabaseError(() =>
        sql<{ status: DeliveryStatus }>`update webhook_deliveries d set
            status = case when following.at is null then 'failed' else d.status end,
            next_attempt_at = following.at, ${ended(delivery, outcome)}
          from (select case when not exists (
            select 1 from webhook_endpoints where id = ${endpointId} and status <> 'enabled'
          ) then ${nextAttemptAt}::timestamptz end as at) following
          where d.id = ${id} and d.status = 'pending' and d.attempts = ${attempts}
          returning d.status`.execute(db),
      );
      return rows[0]?.status !== 'failed';
    },
  };
}

export type WebhookDueStore = ReturnType<typeof createWebhookDueStore>;

function ended({ url, started_at: at }: StartedDelivery, { error, status, excerpt, durationMs }: AttemptOutcome) {
  const attempt: EndedAttempt = { at: at.toISOString(), duration_ms: durationMs, response_status: status, error };
  return sql`url = ${url}, duration_ms = ${durationMs}, response_status = ${status}, response_excerpt = ${excerpt},
    error = ${error}, attempting = false, claimed_until = null,
    attempt_history = case when jsonb_array_length(attempt_history) < ${WEBHOOK_ATTEMPTS_KEPT_MAX} then attempt_history
      else attempt_history - 0 end || ${JSON.stringify([attempt])}::jsonb`;
}
