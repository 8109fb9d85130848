/** The webhooks of an organization, as operators see them: never its secrets. */
import { z } from 'zod';
import { OrganizationId, WebhookDeliveryId } from '../../shared/contracts/ids.ts';
import { WebhookDelivery } from '../../shared/contracts/webhook.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { OrganizationSettingsReader } from '../services/organization-settings.ts';
import type { WebhookDeliveries } from '../services/webhook-deliveries.ts';
import type { WebhookEndpoints } from '../services/webhook-endpoints.ts';
import { listAnswer } from './lists.ts';
import { DeliveryListQuery, deliveryQuery, WebhookDeliveryList } from './webhook-deliveries.ts';
import { WebhookEndpointList } from './webhook-endpoints.ts';

const PATH = '/admin/api/organizations/{id}/webhooks';

const Params = z.strictObject({ id: OrganizationId });
const DeliveryParams = z.strictObject({ id: OrganizationId, delivery_id: WebhookDeliveryId });

export type WebhookRouteServices = {
  readonly webhookEndpoints: WebhookEndpoints;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
};

export function createAdminWebhookRoutes({
  webhookEndpoints,
  webhookDeliveries,
  settings,
}: WebhookRouteServices): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: PATH,
      operationId: 'listWebhookEndpointsOfOrganization',
      summary: 'List the webhook endpoints of an organization',
      description: 'Newest first; all of them.',
      params: Params,
      answers: [{ status: 200, description: 'All endpoints, without their secrets.', schema: WebhookEndpointList }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      async handle({ params: { id } }) {
        await settings.find(id); // an unknown organization is no empty one
        return listAnswer({ data: await webhookEndpoints.list(id), hasMore: false });
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: `${PATH}/deliveries`,
      operationId: 'listWebhookDeliveriesOfOrganization',
      summary: 'List the webhook deliveries of an organization',
      description: 'Newest first.',
      params: Params,
      query: DeliveryListQuery,
      answers: [{ status: 200, description: 'A page.', schema: WebhookDeliveryList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ params: { id }, query }) {
        await settings.find(id);
        return listAnswer(await webhookDeliveries.list(id, deliveryQuery(query)));
      },
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: `${PATH}/deliveries/{delivery_id}/redeliver`,
      operationId: 'redeliverWebhookOfOrganization',
      summary: 'Post an event of an organization again',
      params: DeliveryParams,
      answers: [{ status: 202, description: 'Due at once.', schema: WebhookDelivery }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) =>
        json(202, await webhookDeliveries.redeliver({ organizationId: params.id, origin }, params.delivery_id)),
    }),
  ];
}
