/** What deliveries tell of, read no larger than it can be told. */
import { sql } from 'kysely';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import { orDatabaseError, type Db } from './database.ts';
import { EXECUTION_COLUMNS } from './execution-columns.ts';
import { RESPONSE_SUMMARY_COLUMNS } from './response-store.ts';
import type { ExecutionRow, ResponseSummaryRow } from './schema.ts';

export type ToldExecution = { readonly row: ExecutionRow; readonly outputsOmitted: boolean };

export type ToldResponse = {
  readonly row: ResponseSummaryRow & { readonly items: readonly ResponseItem[] };
  /** Whether `items` are messages alone, for with the calls they are too large. */
  readonly callsOmitted: boolean;
};

/**
 * By how their text begins, as they were stored: what looks into JSON stumbles over escaped NUL characters and lone
 * surrogates, wherever in an item they stand.
 */
const MESSAGES = sql`(select coalesce(json_agg(item), '[]') from json_array_elements(items) item
  where item::text like '{"type":"message",%')`;

export function createWebhookSubjectStore({ db }: { readonly db: Db }) {
  return {
    /** @returns undefined when it was deleted. Outputs of more than `outputsBytesMax` are not loaded. */
    async execution(
      organizationId: OrganizationId,
      id: ExecutionId,
      outputsBytesMax: number,
    ): Promise<ToldExecution | undefined> {
      const columns = EXECUTION_COLUMNS.filter((column) => column !== 'outputs');
      const fits = sql<boolean>`coalesce(octet_length(outputs::text), 0) <= ${outputsBytesMax}`;
      const found = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select(columns)
          .select([
            sql<ExecutionRow['outputs']>`case when ${fits} then outputs end`.as('outputs'),
            fits.as('outputs_fit'),
          ])
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
      if (found === undefined) return undefined;
      const { outputs_fit: fit, ...row } = found;
      return { row, outputsOmitted: !fit };
    },

    /** @returns undefined when it was deleted. Of items of more than `itemsBytesMax` messages alone are loaded. */
    async response(
      organizationId: OrganizationId,
      id: ResponseId,
      itemsBytesMax: number,
    ): Promise<ToldResponse | undefined> {
      const fits = sql<boolean>`octet_length(items::text) <= ${itemsBytesMax}`;
      const found = await orDatabaseError(() =>
        db
          .selectFrom('responses')
          .select(RESPONSE_SUMMARY_COLUMNS)
          .select([
            sql<ResponseItem[]>`case when ${fits} then items else ${MESSAGES} end`.as('items'),
            fits.as('items_fit'),
          ])
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
      if (found === undefined) return undefined;
      const { items_fit: fit, ...row } = found;
      return { row, callsOmitted: !fit };
    },
  };
}

export type WebhookSubjectStore = ReturnType<typeof createWebhookSubjectStore>;
