/** The log of deliveries as an organization sees it. */
import { sql, type Selectable } from 'kysely';
import type {
  ExecutionId,
  OrganizationId,
  ResponseId,
  WebhookDeliveryId,
  WebhookEndpointId,
} from '../../shared/contracts/ids.ts';
import type { DeliveryStatus, SentEventType } from '../../shared/contracts/webhook.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { WebhookDeliveryTable } from './schema.ts';

export type WebhookDeliveryRow = Selectable<WebhookDeliveryTable>;

export type DeliveryQuery = {
  readonly limit: number;
  /** Deliveries that come after this one in the list, thus older ones. */
  readonly after?: WebhookDeliveryId | undefined;
  readonly endpointId?: WebhookEndpointId | undefined;
  readonly executionId?: ExecutionId | undefined;
  readonly responseId?: ResponseId | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly eventType?: SentEventType | undefined;
};

export function createWebhookDeliveryStore({ db }: { readonly db: Db }) {
  return {
    async find(organizationId: OrganizationId, id: WebhookDeliveryId): Promise<WebhookDeliveryRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('webhook_deliveries')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, query: DeliveryQuery): Promise<WebhookDeliveryRow[]> {
      return orDatabaseError(() => page(db, organizationId, query).execute());
    },

    /** @returns undefined where the organization has no such endpoint */
    async addTest(
      organizationId: OrganizationId,
      endpointId: WebhookEndpointId,
    ): Promise<WebhookDeliveryRow | undefined> {
      const { rows } = await orDatabaseError(() =>
        sql<WebhookDeliveryRow>`insert into webhook_deliveries
            (organization_id, endpoint_id, receiver, url, event_type, retry_until)
          select organization_id, id, receiver_of(id, url), url, 'webhook.test', clock_timestamp()
            from webhook_endpoints where organization_id = ${organizationId} and id = ${endpointId} for key share
          returning *`.execute(db),
      );
      return rows[0];
    },

    /** Sends it again, whatever came of it; one that is pending is due at once. @returns the row as it is then */
    async redeliver(organizationId: OrganizationId, id: WebhookDeliveryId): Promise<WebhookDeliveryRow | undefined> {
      const { rows } = await orDatabaseError(() =>
        sql<WebhookDeliveryRow>`update webhook_deliveries set
            status = 'pending', delivered_at = null, next_attempt_at = clock_timestamp(),
            attempts = case when status = 'pending' then attempts else 0 end,
            retry_until = clock_timestamp() + case when event_type = 'webhook.test' then interval '0' else interval '24 hours' end
          where organization_id = ${organizationId} and id = ${id} returning *`.execute(db),
      );
      return rows[0];
    },
  };
}

export type WebhookDeliveryStore = ReturnType<typeof createWebhookDeliveryStore>;

function page(db: Db, organizationId: OrganizationId, query: DeliveryQuery) {
  const { limit, after, endpointId, executionId, responseId, status, eventType } = query;
  return db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(endpointId !== undefined, (select) => select.where('endpoint_id', '=', sql<WebhookEndpointId>`${endpointId}`))
    .$if(executionId !== undefined, (select) => select.where('execution_id', '=', sql<ExecutionId>`${executionId}`))
    .$if(responseId !== undefined, (select) => select.where('response_id', '=', sql<ResponseId>`${responseId}`))
    .$if(status !== undefined, (select) => select.where('status', '=', sql<DeliveryStatus>`${status}`))
    .$if(eventType !== undefined, (select) => select.where('event_type', '=', sql<SentEventType>`${eventType}`))
    .$if(after !== undefined, (select) =>
      select.where(
        sql<boolean>`(created_at, id) < (select created_at, id from webhook_deliveries
          where organization_id = ${organizationId} and id = ${after})`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
}
