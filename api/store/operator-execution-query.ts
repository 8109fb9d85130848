/** Which executions of all organizations operators ask for, in SQL. */
import { sql, type RawBuilder } from 'kysely';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import { isFinal, type ExecutionStatus, type ExitReason } from '../../shared/contracts/statuses.ts';
import type { Db } from './database.ts';
import { SUMMARY_COLUMNS } from './execution-columns.ts';

/** What operators look for; what is undefined does not matter. */
export type ExecutionFilter = {
  readonly id?: ExecutionId | undefined;
  readonly organizationId?: OrganizationId | undefined;
  readonly status?: ExecutionStatus | undefined;
  readonly exitReason?: ExitReason | undefined;
  readonly workerId?: string | undefined;
  readonly responseId?: ResponseId | undefined;
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  readonly wallMsMin?: number | undefined;
  readonly wallMsMax?: number | undefined;
};

/** Where a page begins, to the microsecond. */
export type ExecutionPlace = { readonly created_at: string; readonly id: ExecutionId };

export type OperatorExecutionQuery = ExecutionFilter & {
  readonly limit: number;
  readonly after?: ExecutionPlace | undefined;
};

/** The newest first; one more than `limit` tells that there are more. */
export function pageOf(db: Db, { limit, ...query }: OperatorExecutionQuery) {
  return candidates(db, query)
    .select(SUMMARY_COLUMNS)
    .limit(limit + 1);
}

/** Everything that a query names, the newest first. */
export function candidates(db: Db, { after, ...filter }: Omit<OperatorExecutionQuery, 'limit'>) {
  return db
    .selectFrom('executions')
    .where(matching(filter))
    .$if(after !== undefined, (select) =>
      select.where(sql<boolean>`(created_at, id) < (${after?.created_at}::timestamptz, ${after?.id})`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
}

const ONLY_REASON: Readonly<Partial<Record<ExecutionStatus, ExitReason>>> = { completed: 'ok', cancelled: 'cancelled' };

export function matching(filter: ExecutionFilter): RawBuilder<boolean> {
  const { status } = filter;
  const conditions = [
    given(filter.id, (id) => sql`id = ${id}`),
    given(filter.organizationId, (id) => sql`organization_id = ${id}`),
    given(status, (one) => sql`status = ${one}`),
    // What the index on statuses covers; the open ones have an index of their own.
    given(status !== undefined && isFinal(status) ? status : undefined, () => sql`finished_at is not null`),
    // Where only one reason leads to a status, its indexes serve, too.
    given(status && ONLY_REASON[status], (reason) => sql`exit_reason = ${reason}`),
    given(filter.exitReason, (reason) => sql`exit_reason = ${reason}`),
    given(filter.workerId, (id) => sql`worker_id = ${id}`),
    given(filter.responseId, (id) => sql`response_id = ${id}`),
    given(filter.createdAfter, (time) => sql`created_at > ${time}`),
    given(filter.createdBefore, (time) => sql`created_at < ${time}`),
    given(filter.wallMsMin, (ms) => sql`wall_ms >= ${ms}`),
    given(filter.wallMsMax, (ms) => sql`wall_ms <= ${ms}`),
  ].flat();
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function given<T>(value: T | undefined, condition: (value: T) => RawBuilder<unknown>): RawBuilder<unknown>[] {
  return value === undefined ? [] : [condition(value)];
}
