/** Responses as an organization sees them: every function takes whose they are first. */
import { sql } from 'kysely';
import type { OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import type { ResponseStatus } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';
import { OPEN_RESPONSES as OPEN } from './response-progress-store.ts';
import type { ResponseRow, ResponseSummaryRow } from './schema.ts';

/** Everything but what was said. */
export const RESPONSE_SUMMARY_COLUMNS = [
  'id',
  'organization_id',
  'assistant_id',
  'previous_response_id',
  'thread_id',
  'model',
  'status',
  'background',
  'request',
  'steps',
  'input_tokens',
  'output_tokens',
  'fault',
  'warnings',
  'metadata',
  'created_at',
  'started_at',
  'completed_at',
  'cancel_requested_at',
  'heartbeat_at',
  'attempt',
] as const;
export const RESPONSE_COLUMNS = [...RESPONSE_SUMMARY_COLUMNS, 'input', 'messages', 'items', 'model_steps'] as const;

export type ResponseQuery = { readonly limit: number; readonly after?: ResponseId | undefined };

export function createResponseStore({ db }: { readonly db: Db }) {
  const ofOrganization = (organizationId: OrganizationId, id: ResponseId) =>
    db.selectFrom('responses').where('organization_id', '=', organizationId).where('id', '=', id);

  return {
    async find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow | undefined> {
      return orDatabaseError(() => ofOrganization(organizationId, id).select(RESPONSE_COLUMNS).executeTakeFirst());
    },

    async findStatus(organizationId: OrganizationId, id: ResponseId): Promise<ResponseStatus | undefined> {
      const row = await orDatabaseError(() => ofOrganization(organizationId, id).select('status').executeTakeFirst());
      return row?.status;
    },

    /** One item of its output, without the others, which may be large. */
    async findItem(organizationId: OrganizationId, id: ResponseId, index: number): Promise<ResponseItem | undefined> {
      const row = await orDatabaseError(() =>
        ofOrganization(organizationId, id)
          .select(sql<ResponseItem | null>`items -> ${index}::int`.as('item'))
          .executeTakeFirst(),
      );
      return row?.item ?? undefined;
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, { limit, after }: ResponseQuery): Promise<ResponseSummaryRow[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('responses')
          .select(RESPONSE_SUMMARY_COLUMNS)
          .where('organization_id', '=', organizationId)
          .$if(after !== undefined, (select) =>
            select.where(
              sql<boolean>`(created_at, id) < (select created_at, id from responses
                where organization_id = ${organizationId} and id = ${after})`,
            ),
          )
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
      );
    },

    /** @returns whether it is open, and thus will be cancelled; one that waits is cancelled by that */
    async requestCancel(organizationId: OrganizationId, id: ResponseId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .updateTable('responses')
          .set({
            cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, clock_timestamp())`,
            status: sql<ResponseStatus>`case when status = 'queued' then 'cancelled' else status end`,
            completed_at: sql<Date | null>`case when status = 'queued' then clock_timestamp() end`,
            history: sql<string | null>`case when status = 'queued' then null else history end`,
          })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('status', 'in', OPEN)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /** Removes a response that is not open. @returns whether there was one */
    async deleteEnded(organizationId: OrganizationId, id: ResponseId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .deleteFrom('responses')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('status', 'not in', OPEN)
          .executeTakeFirst(),
      );
      return result.numDeletedRows > 0n;
    },
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
