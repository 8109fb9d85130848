/** What keeps endpoints and deliveries in order. Works for the service as a whole, across organizations. */
import { sql } from 'kysely';
import type { WebhookEndpointId } from '../../shared/contracts/ids.ts';
import type { EndpointStatus } from '../../shared/contracts/webhook.ts';
import { orDatabaseError, type Db } from './database.ts';

export function createWebhookUpkeepStore({ db }: { readonly db: Db }) {
  return {
    async endpointSucceeded(id: WebhookEndpointId): Promise<void> {
      await orDatabaseError(() =>
        sql`update webhook_endpoints set failing_since = null where id = ${id} and failing_since is not null`.execute(
          db,
        ),
      );
    },

    /** @returns whether it has failed for so long that it is switched off by this */
    async endpointFailed(id: WebhookEndpointId, failingDays: number): Promise<boolean> {
      const { rows } = await orDatabaseError(() =>
        sql<{ status: EndpointStatus }>`update webhook_endpoints set
            failing_since = coalesce(failing_since, clock_timestamp()),
            status = case when failing_since < clock_timestamp() - ${failingDays} * interval '1 day' then 'failing' else status end
          where id = ${id} and status = 'enabled'
            and (failing_since is null or failing_since < clock_timestamp() - ${failingDays} * interval '1 day')
          returning status`.execute(db),
      );
      return rows[0]?.status === 'failing';
    },

    /** Gives up what waits for an endpoint that is switched off. @returns how many; at most `limit` */
    async giveUp(endpointId: WebhookEndpointId, limit: number): Promise<number> {
      const result = await orDatabaseError(() =>
        sql`update webhook_deliveries set status = 'failed', error = 'endpoint_disabled', next_attempt_at = null,
            claimed_until = null
          where id in (select id from webhook_deliveries where endpoint_id = ${endpointId} and status = 'pending'
            and not attempting limit ${limit} for update skip locked)`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0);
    },

    /** Removes what ended more than `days` ago, at most `limit` of it. @returns how many */
    async deleteEndedBefore(days: number, limit: number): Promise<number> {
      const result = await orDatabaseError(() =>
        sql`delete from webhook_deliveries where id in (
            select id from webhook_deliveries
            where status <> 'pending' and created_at < now() - ${days} * interval '1 day'
            order by created_at limit ${limit} for update skip locked)`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0);
    },

    /** Null when nothing is due. */
    async oldestDueSeconds(): Promise<number | null> {
      const { rows } = await orDatabaseError(() =>
        sql<{
          seconds: number | null;
        }>`select extract(epoch from clock_timestamp() - min(next_attempt_at))::float8 as seconds
          from webhook_deliveries where status = 'pending' and next_attempt_at < now()`.execute(db),
      );
      return rows[0]?.seconds ?? null;
    },
  };
}

export type WebhookUpkeepStore = ReturnType<typeof createWebhookUpkeepStore>;
