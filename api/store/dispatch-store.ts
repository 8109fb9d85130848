/**
 * Rows on their way into the queue and back. Works for the service as a whole, across organizations, and gives
 * nothing of it to anyone who asks over HTTP: only the dispatcher and the reconciler use it.
 */
import { sql } from 'kysely';
import type { FigureFormat, Isolation } from '../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { InputFile } from '../../shared/contracts/input-file.ts';
import { OPEN_STATUSES, type ExecutionStatus } from '../../shared/contracts/statuses.ts';
import { orDatabaseError, type Db } from './database.ts';

/** What a job is built from. */
export type DispatchRow = {
  readonly id: ExecutionId;
  readonly organization_id: OrganizationId;
  readonly generation: number;
  readonly attempt_offset: number;
  readonly code: string;
  readonly stdin: string;
  readonly timeout_ms: number;
  readonly memory_mb: number;
  readonly isolation: Isolation;
  readonly figure_format: FigureFormat;
  readonly files: readonly InputFile[];
  readonly created_at: Date;
  readonly traceparent: string | null;
};

/** An open row as the index needs to know it. */
export type OpenRow = {
  readonly id: ExecutionId;
  readonly organization_id: OrganizationId;
  readonly input_bytes: number;
};

const OPEN_PAGE_ROWS = 5_000;

export function createDispatchStore({ db }: { readonly db: Db }) {
  return {
    /**
     * Opens a new generation of each row that is still to run: results of older ones can no longer fail or cancel it.
     * A row that was on its way before counts its attempts on; one that ran comes back to `queued`.
     */
    async takeForDispatch(ids: readonly string[]): Promise<DispatchRow[]> {
      const result = await orDatabaseError(() =>
        sql<DispatchRow>`update executions set
            generation = generation + 1,
            attempt_offset = greatest(attempt, case when dispatched_at is null then 0 else attempt_offset + 1 end),
            status = 'queued', started_at = null, worker_id = null, container_id = null,
            dispatched_at = clock_timestamp()
          where id = any(${[...ids]}) and status = any(${[...OPEN_STATUSES]}) and cancel_requested_at is null
          returning id, organization_id, generation, attempt_offset, code, stdin, timeout_ms, memory_mb, isolation,
            figure_format, files, created_at, traceparent`.execute(db),
      );
      return result.rows;
    },

    /** Cancels those of the open rows that are marked as to be cancelled. @returns their ids */
    async cancelMarked(ids: readonly string[]): Promise<ExecutionId[]> {
      const rows = await orDatabaseError(() =>
        db
          .updateTable('executions')
          .set({ status: 'cancelled', exit_reason: 'cancelled', finished_at: sql<Date>`clock_timestamp()` })
          .where(sql<boolean>`id = any(${[...ids]})`)
          .where('status', 'in', OPEN_STATUSES)
          .where('cancel_requested_at', 'is not', null)
          .returning('id')
          .execute(),
      );
      return rows.map((row) => row.id);
    },

    /** Statuses of those of the ids that have a row. */
    async statuses(ids: readonly string[]): Promise<ReadonlyMap<string, ExecutionStatus>> {
      if (ids.length === 0) return new Map();
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(['id', 'status'])
          .where(sql<boolean>`id = any(${[...ids]})`)
          .execute(),
      );
      return new Map(rows.map((row) => [row.id, row.status]));
    },

    /** Open rows, oldest first, a page at a time: there can be more of them than fit into memory at once. */
    async *openPages(olderThanMs: number): AsyncGenerator<readonly OpenRow[]> {
      let last: Place | undefined;
      for (;;) {
        const rows = await orDatabaseError(() => openPage(db, olderThanMs, last));
        yield rows;
        last = rows.at(-1);
        if (rows.length < OPEN_PAGE_ROWS) return;
      }
    },
  };
}

export type DispatchStore = ReturnType<typeof createDispatchStore>;

type Place = { readonly created_at: string; readonly id: string };

async function openPage(db: Db, olderThanMs: number, after: Place | undefined): Promise<(OpenRow & Place)[]> {
  return (
    db
      .selectFrom('executions')
      // As text: a Date would round the microseconds that the order rests on.
      .select(['id', 'organization_id', 'input_bytes', sql<string>`created_at::text`.as('created_at')])
      .where('status', 'in', OPEN_STATUSES)
      .$if(olderThanMs > 0, (query) =>
        query.where(sql<boolean>`created_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`),
      )
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(created_at, id) > (${after?.created_at}::timestamptz, ${after?.id})`),
      )
      .orderBy(sql.ref('executions.created_at'))
      .orderBy('id')
      .limit(OPEN_PAGE_ROWS)
      .execute()
  );
}
