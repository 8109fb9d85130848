/** The log of deliveries, and sending one again. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId, WebhookDeliveryId } from '../../shared/contracts/ids.ts';
import type { WebhookDelivery } from '../../shared/contracts/webhook.ts';
import type { DeliveryQuery, WebhookDeliveryStore } from '../store/webhook-delivery-store.ts';
import type { Audit } from './audit.ts';
import type { Asking } from './webhook-endpoints.ts';
import { toDelivery } from './webhook-view.ts';

export type WebhookDeliveriesDeps = {
  readonly store: Pick<WebhookDeliveryStore, 'find' | 'list' | 'redeliver'>;
  readonly audit: Pick<Audit, 'attempt'>;
  /** There may be something to send. */
  readonly nudge: () => void;
};

export type DeliveryPage = { readonly data: WebhookDelivery[]; readonly hasMore: boolean };

export function createWebhookDeliveries({ store, audit, nudge }: WebhookDeliveriesDeps) {
  return {
    /** @throws AppError NOT_FOUND */
    async read(organizationId: OrganizationId, id: WebhookDeliveryId): Promise<WebhookDelivery> {
      const row = await store.find(organizationId, id);
      if (row === undefined) throw noSuchDelivery();
      return toDelivery(row);
    },

    /** Newest first. @throws AppError NOT_FOUND when `after` names no delivery of the organization */
    async list(organizationId: OrganizationId, query: DeliveryQuery): Promise<DeliveryPage> {
      const rows = await store.list(organizationId, query);
      if (rows.length === 0 && query.after !== undefined) {
        if ((await store.find(organizationId, query.after)) === undefined) throw noSuchDelivery('after');
      }
      return { data: rows.slice(0, query.limit).map(toDelivery), hasMore: rows.length > query.limit };
    },

    /** Whatever came of it: under the same id, with all its retries. @throws AppError NOT_FOUND, RATE_LIMITED */
    async redeliver({ organizationId, origin }: Asking, id: WebhookDeliveryId): Promise<WebhookDelivery> {
      const act = { ...origin, action: 'webhook_delivery.redeliver', organizationId, targetId: id };
      const row = await audit.attempt(act, async () => {
        const due = await store.redeliver(organizationId, id);
        if (due === undefined) throw noSuchDelivery();
        return due;
      });
      nudge();
      return toDelivery(row);
    },
  };
}

export type WebhookDeliveries = ReturnType<typeof createWebhookDeliveries>;

function noSuchDelivery(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such delivery.', param === undefined ? {} : { param });
}
