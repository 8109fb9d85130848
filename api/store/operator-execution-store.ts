/** Executions of all organizations: for operators alone, who see them in the order in which they came. */
import { sql } from 'kysely';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { OPEN_STATUSES, type ExecutionStatus } from '../../shared/contracts/statuses.ts';
import { searchCode } from './code-search.ts';
import { orDatabaseError, type Db } from './database.ts';
import { searchDurations } from './duration-search.ts';
import { EXECUTION_COLUMNS } from './execution-columns.ts';
import {
  matching,
  pageOf,
  type ExecutionFilter,
  type ExecutionPlace,
  type OperatorExecutionQuery,
} from './operator-execution-query.ts';
import type { ExecutionRow, ExecutionSummaryRow } from './schema.ts';

export type OperatorExecutionSearch = OperatorExecutionQuery & {
  /** Stands in the code, in capitals or not. */
  readonly text?: string | undefined;
};

export type CancelledRow = Pick<ExecutionRow, 'id' | 'organization_id' | 'status'>;

export function createOperatorExecutionStore({ db }: { readonly db: Db }) {
  return {
    /** Newest first; one more than `limit` tells that there are more. */
    async list({ text, ...query }: OperatorExecutionSearch): Promise<ExecutionSummaryRow[]> {
      return orDatabaseError(async () => {
        const few = await searchDurations(db, query, text);
        return few ?? (text === undefined ? pageOf(db, query).execute() : searchCode(db, query, text));
      });
    },

    async find(id: ExecutionId): Promise<ExecutionRow | undefined> {
      return orDatabaseError(() =>
        db.selectFrom('executions').select(EXECUTION_COLUMNS).where('id', '=', id).executeTakeFirst(),
      );
    },

    async ownerOf(id: ExecutionId): Promise<OrganizationId | undefined> {
      const row = await orDatabaseError(() =>
        db.selectFrom('executions').select('organization_id').where('id', '=', id).executeTakeFirst(),
      );
      return row?.organization_id;
    },

    async placeOf(id: ExecutionId): Promise<ExecutionPlace | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('executions')
          // As text: a Date would round the microseconds that the order rests on.
          .select(['id', sql<string>`created_at::text`.as('created_at')])
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** When those of the ids that have a row came into being. */
    async createdAt(ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
      if (ids.length === 0) return new Map();
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(['id', 'created_at'])
          .where(sql<boolean>`id = any(${[...ids]})`)
          .execute(),
      );
      return new Map(rows.map((row) => [row.id, row.created_at]));
    },

    /** Open executions that nobody has cancelled. */
    async countCancellable(filter: ExecutionFilter): Promise<number> {
      const row = await orDatabaseError(() =>
        cancellable(db, filter)
          .select(sql<number>`count(*)::int`.as('count'))
          .executeTakeFirstOrThrow(),
      );
      return row.count;
    },

    /** Cancels the oldest of them: queued ones end by that, running ones are marked. */
    async cancelSome(filter: ExecutionFilter, limit: number): Promise<CancelledRow[]> {
      const oldest = cancellable(db, filter)
        .select('id')
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      const queued = sql<boolean>`status = 'queued'`;
      return orDatabaseError(() =>
        db
          .updateTable('executions')
          .set({
            cancel_requested_at: sql<Date>`clock_timestamp()`,
            status: sql<ExecutionStatus>`case when ${queued} then 'cancelled' else status end`,
            exit_reason: sql<'cancelled' | null>`case when ${queued} then 'cancelled' else exit_reason end`,
            finished_at: sql<Date | null>`case when ${queued} then clock_timestamp() else finished_at end`,
          })
          .where('id', 'in', oldest)
          .returning(['id', 'organization_id', 'status'])
          .execute(),
      );
    },
  };
}

export type OperatorExecutionStore = ReturnType<typeof createOperatorExecutionStore>;

function cancellable(db: Db, filter: ExecutionFilter) {
  return db
    .selectFrom('executions')
    .where('status', 'in', OPEN_STATUSES)
    .where('cancel_requested_at', 'is', null)
    .where(matching(filter));
}
