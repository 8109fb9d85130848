/** Executions as an organization sees them: every function takes whose they are first. */
import { sql } from 'kysely';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { OPEN_STATUSES, type ExecutionStatus } from '../../shared/contracts/statuses.ts';
import { orDatabaseError, type Db } from './database.ts';
import { insertExecution } from './execution-insertion.ts';
import { EXECUTION_COLUMNS, SUMMARY_COLUMNS } from './execution-columns.ts';
import type { ExecutionRow, ExecutionSummaryRow, NewExecutionRow } from './schema.ts';

export type ExecutionQuery = {
  readonly limit: number;
  /** Executions that come after this one in the list, thus older ones. */
  readonly after?: ExecutionId | undefined;
  readonly status?: ExecutionStatus | undefined;
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
};

/** The outputs of an execution, and whether there can be any yet. */
export type OutputsRow = Pick<ExecutionRow, 'status' | 'outputs'>;

export function createExecutionStore({ db }: { readonly db: Db }) {
  return {
    /**
     * @returns when the execution came into being, by the database's clock
     * @throws AppError VALIDATION_ERROR when the content of one of its files is gone
     */
    async insertQueued(organizationId: OrganizationId, row: NewExecutionRow): Promise<Date> {
      return orDatabaseError(() =>
        row.files.length === 0
          ? insertExecution(db, organizationId, row)
          : db.transaction().execute((transaction) => insertExecution(transaction, organizationId, row)),
      );
    },

    async find(organizationId: OrganizationId, id: ExecutionId): Promise<ExecutionRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(EXECUTION_COLUMNS)
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    async findStatus(organizationId: OrganizationId, id: ExecutionId): Promise<ExecutionStatus | undefined> {
      const row = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select('status')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
      return row?.status;
    },

    /**
     * Without the rest of the row. One output alone cannot be asked for: the database refuses to look into JSON that
     * holds an escaped NUL.
     */
    async findOutputs(organizationId: OrganizationId, id: ExecutionId): Promise<OutputsRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(['status', 'outputs'])
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, query: ExecutionQuery): Promise<ExecutionSummaryRow[]> {
      return orDatabaseError(() => page(db, organizationId, query).execute());
    },

    /**
     * Marks an open execution as to be cancelled; a queued one is cancelled by that.
     * @returns the row as it is then, or undefined when it is not open
     */
    async requestCancel(organizationId: OrganizationId, id: ExecutionId): Promise<ExecutionRow | undefined> {
      return orDatabaseError(() => cancellation(db, organizationId, id).executeTakeFirst());
    },

    /** Removes an execution that is not open. @returns whether there was one */
    async deleteFinal(organizationId: OrganizationId, id: ExecutionId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .deleteFrom('executions')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('status', 'not in', OPEN_STATUSES)
          .executeTakeFirst(),
      );
      return result.numDeletedRows > 0n;
    },

    /** Removes an execution that was never acknowledged, with the idempotency key that stood for it and its usage. */
    async deleteUnacknowledged(organizationId: OrganizationId, id: ExecutionId): Promise<void> {
      await orDatabaseError(() =>
        sql`with freed as (delete from idempotency_keys where organization_id = ${organizationId} and execution_id = ${id})
          delete from executions where organization_id = ${organizationId} and id = ${id}`.execute(db),
      );
      // The refusal is ambiguous: it may have run. Afterwards, for without the row nothing can count it any more.
      await orDatabaseError(() =>
        db
          .deleteFrom('usage_entries')
          .where('organization_id', '=', organizationId)
          .where('execution_id', '=', id)
          .execute(),
      );
    },
  };
}

export type ExecutionStore = ReturnType<typeof createExecutionStore>;

function cancellation(db: Db, organizationId: OrganizationId, id: ExecutionId) {
  const queued = sql<boolean>`status = 'queued'`;
  return db
    .updateTable('executions')
    .set({
      cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, clock_timestamp())`,
      status: sql<ExecutionStatus>`case when ${queued} then 'cancelled' else status end`,
      exit_reason: sql<'cancelled' | null>`case when ${queued} then 'cancelled' else exit_reason end`,
      finished_at: sql<Date | null>`case when ${queued} then clock_timestamp() else finished_at end`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('status', 'in', OPEN_STATUSES)
    .returning(EXECUTION_COLUMNS);
}

function page(db: Db, organizationId: OrganizationId, query: ExecutionQuery) {
  const { limit, after, status, createdAfter, createdBefore } = query;
  return db
    .selectFrom('executions')
    .select(SUMMARY_COLUMNS)
    .where('organization_id', '=', organizationId)
    .$if(status !== undefined, (select) => select.where('status', '=', sql<ExecutionStatus>`${status}`))
    .$if(createdAfter !== undefined, (select) => select.where('created_at', '>', sql<Date>`${createdAfter}`))
    .$if(createdBefore !== undefined, (select) => select.where('created_at', '<', sql<Date>`${createdBefore}`))
    .$if(after !== undefined, (select) =>
      select.where(
        sql<boolean>`(created_at, id) < (select created_at, id from executions
          where organization_id = ${organizationId} and id = ${after})`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
}
