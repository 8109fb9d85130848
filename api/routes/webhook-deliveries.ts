/** The log of what was posted, and posting it again. */
import { z } from 'zod';
import { ExecutionId, ResponseId, WebhookDeliveryId, WebhookEndpointId } from '../../shared/contracts/ids.ts';
import { DeliveryStatus, SentEventType, WebhookDelivery } from '../../shared/contracts/webhook.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { WebhookDeliveries } from '../services/webhook-deliveries.ts';
import { listAnswer, listSchema, pageQuery } from './lists.ts';

const PATH = '/v1/webhooks/deliveries';

const Params = z.strictObject({ id: WebhookDeliveryId });

export const DeliveryListQuery = z.strictObject({
  ...pageQuery(WebhookDeliveryId),
  endpoint_id: WebhookEndpointId.optional(),
  execution_id: ExecutionId.optional(),
  response_id: ResponseId.optional(),
  status: DeliveryStatus.optional(),
  event_type: SentEventType.optional(),
});

export const WebhookDeliveryList = listSchema(WebhookDelivery, 'WebhookDeliveryList');

/** From the names in a query to those in the service. */
export function deliveryQuery({ limit, after, status, ...rest }: z.infer<typeof DeliveryListQuery>) {
  const { endpoint_id: endpointId, execution_id: executionId, response_id: responseId, event_type: eventType } = rest;
  return { limit, after, status, endpointId, executionId, responseId, eventType };
}

export function createWebhookDeliveryRoutes(deliveries: WebhookDeliveries): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: PATH,
      operationId: 'listWebhookDeliveries',
      summary: 'List webhook deliveries',
      description: 'Newest first. They are kept as long as executions, and go with what they are about.',
      query: DeliveryListQuery,
      answers: [{ status: 200, description: 'A page.', schema: WebhookDeliveryList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, query }) =>
        listAnswer(await deliveries.list(organizationId, deliveryQuery(query))),
    }),
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: `${PATH}/{id}`,
      operationId: 'readWebhookDelivery',
      summary: 'Read a webhook delivery',
      params: Params,
      answers: [{ status: 200, description: 'The delivery as it is now.', schema: WebhookDelivery }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) => json(200, await deliveries.read(organizationId, params.id)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'post',
      path: `${PATH}/{id}/redeliver`,
      operationId: 'redeliverWebhook',
      summary: 'Post an event again',
      description: 'Under the same id, whatever came of it before, and with retries for another 24 hours.',
      params: Params,
      answers: [{ status: 202, description: 'Due at once.', schema: WebhookDelivery }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, ...call }) => json(202, await deliveries.redeliver(call, params.id)),
    }),
  ];
}
