/** From rows to what an organization sees of its webhooks. Pure. */
import type { WebhookDelivery, WebhookEndpoint, WebhookSecret } from '../../shared/contracts/webhook.ts';
import type { WebhookDeliveryRow } from '../store/webhook-delivery-store.ts';
import type { WebhookEndpointRow } from '../store/webhook-endpoint-store.ts';
import type { WebhookSecretRow } from '../store/webhook-secret-store.ts';

/** Without its secret. */
export function toEndpoint(row: WebhookEndpointRow, now: Date): WebhookEndpoint {
  return {
    id: row.id,
    object: 'webhook.endpoint',
    organization_id: row.organization_id,
    url: row.url,
    events: row.events,
    description: row.description,
    status: row.status,
    previous_until: overlapEnd(row.previous_until, now),
    failing_since: timeOf(row.failing_since),
    created_at: row.created_at.toISOString(),
  };
}

export function toSecret({ secret, previous_until }: WebhookSecretRow, now: Date): WebhookSecret {
  return { object: 'webhook.secret', secret, previous_until: overlapEnd(previous_until, now) };
}

export function toDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    object: 'webhook.delivery',
    organization_id: row.organization_id,
    endpoint_id: row.endpoint_id,
    execution_id: row.execution_id,
    response_id: row.response_id,
    event_type: row.event_type,
    url: row.url,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: timeOf(row.next_attempt_at),
    last_attempt: lastAttempt(row),
    attempt_history: row.attempt_history,
    created_at: row.created_at.toISOString(),
    delivered_at: timeOf(row.delivered_at),
  };
}

function lastAttempt(row: WebhookDeliveryRow): WebhookDelivery['last_attempt'] {
  if (row.last_attempt_at === null) return null;
  const { duration_ms, response_status, response_excerpt, error } = row;
  return { at: row.last_attempt_at.toISOString(), duration_ms, response_status, response_excerpt, error };
}

/** Null once it is over: what was is of no use to anyone. */
function overlapEnd(until: Date | null, now: Date): string | null {
  return until !== null && until > now ? until.toISOString() : null;
}

function timeOf(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
