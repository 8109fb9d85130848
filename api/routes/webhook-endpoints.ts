/** Endpoints that an organization's events are posted to. */
import { z } from 'zod';
import { WebhookEndpointId } from '../../shared/contracts/ids.ts';
import {
  ChangeWebhookEndpoint,
  CreateWebhookEndpoint,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from '../../shared/contracts/webhook.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { WebhookEndpoints } from '../services/webhook-endpoints.ts';
import { listAnswer, listSchema } from './lists.ts';

const PATH = '/v1/webhooks/endpoints';

export const EndpointParams = z.strictObject({ id: WebhookEndpointId });
export const WebhookEndpointList = listSchema(WebhookEndpoint, 'WebhookEndpointList');

const DeletedWebhookEndpoint = z
  .strictObject({ id: WebhookEndpointId, object: z.literal('webhook.endpoint'), deleted: z.literal(true) })
  .meta({ id: 'DeletedWebhookEndpoint' });

const SCOPE = { scope: 'organization' } as const;
const AS_IT_IS = { status: 200, description: 'The endpoint as it is then.', schema: WebhookEndpoint } as const;

export function createWebhookEndpointRoutes(endpoints: WebhookEndpoints): Route[] {
  return [...readRoutes(endpoints), ...changeRoutes(endpoints)];
}

function readRoutes(endpoints: Pick<WebhookEndpoints, 'list' | 'read' | 'create'>): Route[] {
  return [
    defineRoute({
      ...SCOPE,
      method: 'post',
      path: PATH,
      operationId: 'createWebhookEndpoint',
      summary: 'Create a webhook endpoint',
      description:
        'Events are posted to it as Standard Webhooks has it: each is signed, has an id that stays the same over all ' +
        'attempts, and is tried again for 24 hours until the answer is 2xx. Redirects are not followed.',
      body: CreateWebhookEndpoint,
      answers: [
        {
          status: 201,
          description: 'The new endpoint. `secret` is shown this once.',
          schema: WebhookEndpointWithSecret,
        },
      ],
      errors: ['TOO_MANY_WEBHOOK_ENDPOINTS', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async (call) => json(201, await endpoints.create(call, call.body)),
    }),
    defineRoute({
      ...SCOPE,
      method: 'get',
      path: PATH,
      operationId: 'listWebhookEndpoints',
      summary: 'List webhook endpoints',
      description: 'Newest first; all of them.',
      answers: [{ status: 200, description: 'All endpoints.', schema: WebhookEndpointList }],
      errors: ['DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId }) => listAnswer({ data: await endpoints.list(organizationId), hasMore: false }),
    }),
    defineRoute({
      ...SCOPE,
      method: 'get',
      path: `${PATH}/{id}`,
      operationId: 'readWebhookEndpoint',
      summary: 'Read a webhook endpoint',
      params: EndpointParams,
      answers: [AS_IT_IS],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) => json(200, await endpoints.read({ organizationId, ...params })),
    }),
  ];
}

function changeRoutes(endpoints: Pick<WebhookEndpoints, 'change' | 'delete' | 'test'>): Route[] {
  return [
    defineRoute({
      ...SCOPE,
      method: 'patch',
      path: `${PATH}/{id}`,
      operationId: 'changeWebhookEndpoint',
      summary: 'Change a webhook endpoint',
      description:
        'What still waits for it goes to the new `url`. With `status: "disabled"` it is given up; `"enabled"` lets new ' +
        'events through again, also after the service switched the endpoint off as `failing`.',
      params: EndpointParams,
      body: ChangeWebhookEndpoint,
      answers: [AS_IT_IS],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, body, ...call }) => json(200, await endpoints.change({ ...call, ...params }, body)),
    }),
    defineRoute({
      ...SCOPE,
      method: 'delete',
      path: `${PATH}/{id}`,
      operationId: 'deleteWebhookEndpoint',
      summary: 'Delete a webhook endpoint',
      params: EndpointParams,
      answers: [{ status: 200, description: 'Deleted, with its deliveries.', schema: DeletedWebhookEndpoint }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      async handle({ params, ...call }) {
        await endpoints.delete({ ...call, ...params });
        return json(200, { id: params.id, object: 'webhook.endpoint', deleted: true });
      },
    }),
    defineRoute({
      ...SCOPE,
      method: 'post',
      path: `${PATH}/{id}/test`,
      operationId: 'testWebhookEndpoint',
      summary: 'Send a test to a webhook endpoint',
      description: 'Posts a `webhook.test` once, also to an endpoint that is switched off.',
      params: EndpointParams,
      answers: [{ status: 202, description: 'Under way: read the delivery.', schema: WebhookDelivery }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, ...call }) => json(202, await endpoints.test({ ...call, ...params })),
    }),
  ];
}
