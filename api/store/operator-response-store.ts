/** Responses of all organizations: for operators alone. */
import { sql } from 'kysely';
import type { AssistantId, ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ExecutionStatus, ExitReason } from '../../shared/contracts/statuses.ts';
import type { ResponseStatus } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';
import { RESPONSE_COLUMNS, RESPONSE_SUMMARY_COLUMNS } from './response-store.ts';
import type { ResponseRow, ResponseSummaryRow } from './schema.ts';

/** What operators look for; what is undefined does not matter. */
export type ResponseFilter = {
  readonly organizationId?: OrganizationId | undefined;
  readonly assistantId?: AssistantId | undefined;
  readonly status?: ResponseStatus | undefined;
  readonly model?: string | undefined;
};

/** Where a page begins, to the microsecond. */
export type ResponsePlace = { readonly created_at: string; readonly id: ResponseId };

export type ResponseRunRow = {
  readonly id: ExecutionId;
  readonly status: ExecutionStatus;
  readonly exit_reason: ExitReason | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly queue_ms: number | null;
  readonly wall_ms: number | null;
  readonly cpu_ms: number | null;
};

/** A response has no more steps, and a step no more calls. */
const RUNS_MAX = 1_000;

export function createOperatorResponseStore({ db }: { readonly db: Db }) {
  return {
    /** Newest first; one more than `limit` tells that there are more. */
    async list(
      filter: ResponseFilter,
      { limit, after }: { readonly limit: number; readonly after?: ResponsePlace | undefined },
    ): Promise<ResponseSummaryRow[]> {
      const { organizationId, assistantId, status, model } = filter;
      return orDatabaseError(() =>
        db
          .selectFrom('responses')
          .select(RESPONSE_SUMMARY_COLUMNS)
          .$if(organizationId !== undefined, (select) =>
            select.where(sql<boolean>`organization_id = ${organizationId}`),
          )
          .$if(assistantId !== undefined, (select) => select.where(sql<boolean>`assistant_id = ${assistantId}`))
          .$if(status !== undefined, (select) => select.where(sql<boolean>`status = ${status}`))
          .$if(model !== undefined, (select) => select.where(sql<boolean>`model = ${model}`))
          .$if(after !== undefined, (select) =>
            select.where(sql<boolean>`(created_at, id) < (${after?.created_at}::timestamptz, ${after?.id})`),
          )
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
      );
    },

    async placeOf(id: ResponseId): Promise<ResponsePlace | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('responses')
          // As text: a Date would round the microseconds that the order rests on.
          .select(['id', sql<string>`created_at::text`.as('created_at')])
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    async find(id: ResponseId): Promise<ResponseRow | undefined> {
      return orDatabaseError(() =>
        db.selectFrom('responses').select(RESPONSE_COLUMNS).where('id', '=', id).executeTakeFirst(),
      );
    },

    async ownerOf(id: ResponseId): Promise<OrganizationId | undefined> {
      const row = await orDatabaseError(() =>
        db.selectFrom('responses').select('organization_id').where('id', '=', id).executeTakeFirst(),
      );
      return row?.organization_id;
    },

    /** The responses before it in its conversation, the nearest first. */
    async earlierIds(organizationId: OrganizationId, id: ResponseId, limit: number): Promise<ResponseId[]> {
      const result = await orDatabaseError(() =>
        sql<{ id: ResponseId }>`with recursive chain (id, previous, depth) as (
            select id, previous_response_id, 0 from responses where id = ${id} and organization_id = ${organizationId}
            union all
            select r.id, r.previous_response_id, depth + 1 from chain join responses r on r.id = previous
            where r.organization_id = ${organizationId} and depth < ${limit})
          select id from chain where depth > 0 order by depth`.execute(db),
      );
      return result.rows.map((row) => row.id);
    },

    /** What it had run, oldest first. */
    async runsOf(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRunRow[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(['id', 'status', 'exit_reason', 'created_at', 'finished_at', 'queue_ms', 'wall_ms', 'cpu_ms'])
          .where('organization_id', '=', organizationId)
          .where('response_id', '=', id)
          .orderBy('created_at')
          .orderBy('id')
          .limit(RUNS_MAX)
          .execute(),
      );
    },
  };
}

export type OperatorResponseStore = ReturnType<typeof createOperatorResponseStore>;
