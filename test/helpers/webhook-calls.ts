/** Calls about the webhooks of one organization, parsed by the contracts. */
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import {
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
  WebhookEvent,
  WebhookSecret,
} from '../../shared/contracts/webhook.ts';
import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import type { Received, Receiver } from './webhook-receiver.ts';

export const ENDPOINTS = '/v1/webhooks/endpoints';
export const DELIVERIES = '/v1/webhooks/deliveries';

export const listed = <T>(item: z.ZodType<T>) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean(), last_id: z.string().nullable() });

/** The body of an answer of that status. */
export async function parsed<T>(schema: z.ZodType<T>, status: number, response: Promise<Response>): Promise<T> {
  const answer = await response;
  if (answer.status !== status) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
  return schema.parse(await answer.json());
}

export function createWebhookCalls({ request }: Pick<ApiClient, 'request'>) {
  return {
    create: (body: object) => parsed(WebhookEndpointWithSecret, 201, request('POST', ENDPOINTS, { body })),
    endpoint: (id: string) => parsed(WebhookEndpoint, 200, request('GET', `${ENDPOINTS}/${id}`)),
    change: (id: string, body: object) =>
      parsed(WebhookEndpoint, 200, request('PATCH', `${ENDPOINTS}/${id}`, { body })),
    rotate: (id: string, body: object) =>
      parsed(WebhookEndpointWithSecret, 200, request('POST', `${ENDPOINTS}/${id}/secret/rotate`, { body })),
    test: (id: string) => parsed(WebhookDelivery, 202, request('POST', `${ENDPOINTS}/${id}/test`)),
    secret: () => parsed(WebhookSecret, 200, request('GET', '/v1/webhooks/secret')),
    rotateSecret: (body: object) => parsed(WebhookSecret, 200, request('POST', '/v1/webhooks/secret/rotate', { body })),
    deliveries: (query = '') => parsed(listed(WebhookDelivery), 200, request('GET', `${DELIVERIES}${query}`)),
    delivery: (id: string) => parsed(WebhookDelivery, 200, request('GET', `${DELIVERIES}/${id}`)),
    redeliver: (id: string) => parsed(WebhookDelivery, 202, request('POST', `${DELIVERIES}/${id}/redeliver`)),
  };
}

export type WebhookCalls = ReturnType<typeof createWebhookCalls>;

/** What a receiver makes of a request with the published package. @throws WebhookVerificationError */
export function verified(received: Received, secret: string): WebhookEvent {
  return WebhookEvent.parse(new Webhook(secret).verify(received.body, { ...received.headers }));
}

/** The first that came. */
export async function firstOf(receiver: Receiver): Promise<Received> {
  return eventually(() => receiver.received[0]);
}

/** All that came, once there are so many. */
export async function arrived(receiver: Receiver, count: number): Promise<readonly Received[]> {
  return eventually(() => receiver.received.length >= count && receiver.received);
}
