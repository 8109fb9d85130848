/** What the document shows for the calls about webhooks. Pure. */
import { WEBHOOK_EVENT_TYPES, type SentEventType } from '../shared/contracts/webhook.ts';

const ID = 'hook_2b4d6f8h0k1m3n5p7q9r';
const DELIVERY_ID = 'msg_0f1e2d3c4b5a69788796';
const ORGANIZATION_ID = 'org_7d2fk0q9w3e5r8t1y6u4';
const WHEN = '2026-01-01T12:00:00.000Z';
const SECRET = 'whsec_TWFrZSBhIHNlY3JldCBvZiB5b3VyIG93biBoZXJlLi4=';

const ENDPOINT = {
  id: ID,
  object: 'webhook.endpoint',
  organization_id: ORGANIZATION_ID,
  url: 'https://example.com/hooks/code',
  events: WEBHOOK_EVENT_TYPES,
  description: 'Production',
  status: 'enabled',
  previous_until: null,
  failing_since: null,
  created_at: WHEN,
};

const DELIVERY = {
  id: DELIVERY_ID,
  object: 'webhook.delivery',
  organization_id: ORGANIZATION_ID,
  endpoint_id: ID,
  execution_id: 'exec_4s0kq7n2m9x1c5v8b3z6',
  response_id: null,
  event_type: 'execution.completed',
  url: ENDPOINT.url,
  status: 'delivered',
  attempts: 1,
  next_attempt_at: null,
  last_attempt: {
    at: '2026-01-01T12:00:00.100Z',
    duration_ms: 84.2,
    response_status: 200,
    response_excerpt: 'ok',
    error: null,
  },
  attempt_history: [{ at: '2026-01-01T12:00:00.100Z', duration_ms: 84.2, response_status: 200, error: null }],
  created_at: WHEN,
  delivered_at: '2026-01-01T12:00:00.184Z',
};

const DUE = {
  ...DELIVERY,
  status: 'pending',
  attempts: 0,
  next_attempt_at: WHEN,
  last_attempt: null,
  attempt_history: [],
  delivered_at: null,
};

const page = (item: { readonly id: string }) => ({
  object: 'list',
  data: [item],
  has_more: false,
  first_id: item.id,
  last_id: item.id,
});

const overlap = { requests: { anHour: { summary: 'An hour for the change', value: { overlap_s: 3_600 } } } } as const;
const ROTATED = '2026-01-01T13:00:00.000Z';

export const WEBHOOK_EXAMPLES = {
  createWebhookEndpoint: {
    requests: {
      all: { summary: 'Every event', value: { url: ENDPOINT.url, description: 'Production' } },
      failures: {
        summary: 'Failures alone',
        value: { url: 'https://example.com/hooks/alarm', events: ['execution.failed'] },
      },
    },
    answers: { 201: { ...ENDPOINT, secret: SECRET } },
  },
  listWebhookEndpoints: { answers: { 200: page(ENDPOINT) } },
  readWebhookEndpoint: { answers: { 200: ENDPOINT } },
  changeWebhookEndpoint: {
    requests: {
      off: { summary: 'Switch it off', value: { status: 'disabled' } },
      move: { summary: 'Another address', value: { url: 'https://example.com/hooks/new' } },
    },
    answers: { 200: { ...ENDPOINT, status: 'disabled' } },
  },
  deleteWebhookEndpoint: { answers: { 200: { id: ID, object: 'webhook.endpoint', deleted: true } } },
  testWebhookEndpoint: { answers: { 202: { ...DUE, event_type: 'webhook.test', execution_id: null } } },
  rotateWebhookEndpointSecret: {
    ...overlap,
    answers: { 200: { ...ENDPOINT, previous_until: ROTATED, secret: SECRET } },
  },
  readWebhookSecret: { answers: { 200: { object: 'webhook.secret', secret: SECRET, previous_until: null } } },
  rotateWebhookSecret: {
    ...overlap,
    answers: { 200: { object: 'webhook.secret', secret: SECRET, previous_until: ROTATED } },
  },
  listWebhookDeliveries: { answers: { 200: page(DELIVERY) } },
  readWebhookDelivery: { answers: { 200: DELIVERY } },
  redeliverWebhook: { answers: { 202: DUE } },
  listWebhookEndpointsOfOrganization: { answers: { 200: page(ENDPOINT) } },
  listWebhookDeliveriesOfOrganization: { answers: { 200: page(DELIVERY) } },
  redeliverWebhookOfOrganization: { answers: { 202: DUE } },
};

/** What a receiver gets; `data` is the execution or the response as reading it shows it. */
export function webhookEventExample(type: SentEventType, data: unknown) {
  return { type, timestamp: WHEN, data };
}
