/** What only the reconciler does: one process at a time, rows nobody carries any more, what has expired. */
import { sql } from 'kysely';
import type { ExecutionId } from '../../shared/contracts/ids.ts';
import { IDEMPOTENCY_KEPT_HOURS } from '../../shared/contracts/limits.ts';
import { OPEN_STATUSES } from '../../shared/contracts/statuses.ts';
import { pause } from '../../shared/platform/deadline.ts';
import { orDatabaseError, type Db } from './database.ts';

/** Any number that nothing else in the database locks. */
const LOCK_ID = 7_302_118_002;

/** A process that says nothing for so long loses the lock. */
const FROZEN_MS = 10_000;
const SIGN_MS = 2_000;

export function createReconcileStore({ db }: { readonly db: Db }) {
  return {
    /** Runs `work` unless another process is at it; one that is frozen is not. @returns whether it ran */
    async alone(work: () => Promise<void>): Promise<boolean> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await sql`set local idle_in_transaction_session_timeout = ${sql.lit(FROZEN_MS)}`.execute(transaction);
          const lock = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${LOCK_ID}) as locked`.execute(
            transaction,
          );
          if (lock.rows[0]?.locked !== true) return false;
          await whileAlive(transaction, work);
          return true;
        }),
      );
    },

    /** Open rows that started so long ago that their run is over on any worker that lives. */
    async overdue(graceMs: number, limit: number): Promise<ExecutionId[]> {
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select('id')
          .where('status', '=', 'running')
          .where(sql<boolean>`started_at + (timeout_ms + ${graceMs}) * interval '1 millisecond' < clock_timestamp()`)
          .orderBy('started_at')
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => row.id);
    },

    /** Open rows whose cancel was asked for longer ago than it ever takes. */
    async cancelPending(olderThanMs: number, limit: number): Promise<ExecutionId[]> {
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select('id')
          .where('status', 'in', OPEN_STATUSES)
          .where(sql<boolean>`cancel_requested_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`)
          .limit(limit)
          .execute(),
      );
      return rows.map((row) => row.id);
    },

    /**
     * Counts one more lost run of a running row: it waits for its next run then, or ends when it was lost often enough.
     * @returns whether it ended
     */
    async recordLoss(id: string, lossesMax: number): Promise<boolean> {
      const ended = sql<boolean>`losses + 1 >= ${lossesMax}`;
      const result = await orDatabaseError(() =>
        sql<{ status: string }>`update executions set losses = losses + 1,
            status = case when ${ended} then 'failed' else 'queued' end,
            started_at = case when ${ended} then started_at end, worker_id = case when ${ended} then worker_id end,
            container_id = case when ${ended} then container_id end,
            exit_reason = case when ${ended} then 'sandbox_lost' end,
            finished_at = case when ${ended} then clock_timestamp() end
          where id = ${id} and status = 'running' returning status`.execute(db),
      );
      return result.rows[0]?.status === 'failed';
    },

    /**
     * Removes executions that ended more than `days` ago, the oldest first, at most `limit` of them.
     * The clock is the transaction's: with one that ticks, the index could not tell where to stop.
     * @returns how many were removed
     */
    async deleteEndedBefore(days: number, limit: number): Promise<number> {
      const result = await orDatabaseError(() =>
        sql`delete from executions where id in (
            select id from executions
            where finished_at < now() - ${days} * interval '1 day'
            order by finished_at limit ${limit} for update skip locked)`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0);
    },

    async purgeIdempotencyKeys(): Promise<number> {
      const result = await orDatabaseError(() =>
        sql`delete from idempotency_keys
          where created_at < clock_timestamp() - ${IDEMPOTENCY_KEPT_HOURS} * interval '1 hour'`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

export type ReconcileStore = ReturnType<typeof createReconcileStore>;

/** Gives signs of life on the transaction's connection while other connections do the work. */
async function whileAlive(transaction: Db, work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const signs = async () => {
    for (;;) {
      await pause(SIGN_MS, done.signal);
      if (done.signal.aborted) return;
      await sql`select 1`.execute(transaction);
    }
  };
  const living = signs().catch(() => undefined); // the commit tells
  try {
    await work();
  } finally {
    done.abort();
    await living;
  }
}
