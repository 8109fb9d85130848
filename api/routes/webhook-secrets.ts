/** Secrets that sign what is posted. */
import { RotateWebhookSecret, WebhookEndpointWithSecret, WebhookSecret } from '../../shared/contracts/webhook.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { WebhookEndpoints } from '../services/webhook-endpoints.ts';
import { EndpointParams } from './webhook-endpoints.ts';

const OVERLAP =
  'For `overlap_s` seconds every event carries the signatures of both secrets, so that receivers can change over ' +
  'without refusing one.';

export function createWebhookSecretRoutes(
  endpoints: Pick<WebhookEndpoints, 'defaultSecret' | 'rotateDefault' | 'rotate'>,
): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/webhooks/secret',
      operationId: 'readWebhookSecret',
      summary: 'Read the secret for callbacks',
      description: 'What signs the results that are posted to the `callback_url` of executions.',
      answers: [{ status: 200, description: 'The secret; the first call makes it.', schema: WebhookSecret }],
      errors: ['DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId }) => json(200, await endpoints.defaultSecret(organizationId)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'post',
      path: '/v1/webhooks/secret/rotate',
      operationId: 'rotateWebhookSecret',
      summary: 'Rotate the secret for callbacks',
      description: OVERLAP,
      body: RotateWebhookSecret,
      answers: [{ status: 200, description: 'The new secret.', schema: WebhookSecret }],
      errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async (call) => json(200, await endpoints.rotateDefault(call, call.body.overlap_s)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'post',
      path: '/v1/webhooks/endpoints/{id}/secret/rotate',
      operationId: 'rotateWebhookEndpointSecret',
      summary: 'Rotate the secret of a webhook endpoint',
      description: OVERLAP,
      params: EndpointParams,
      body: RotateWebhookSecret,
      answers: [
        {
          status: 200,
          description: 'The endpoint with its new secret, which is shown this once.',
          schema: WebhookEndpointWithSecret,
        },
      ],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, body, ...call }) =>
        json(200, await endpoints.rotate({ ...call, ...params }, body.overlap_s)),
    }),
  ];
}
