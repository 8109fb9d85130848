/** The statements that say which deliveries are made now, and that begin them. */
import { sql } from 'kysely';
import type {
  ExecutionId,
  OrganizationId,
  ResponseId,
  WebhookDeliveryId,
  WebhookEndpointId,
} from '../../shared/contracts/ids.ts';
import type { SentEventType } from '../../shared/contracts/webhook.ts';

/** A delivery whose attempt has begun, and what it needs. */
export type StartedDelivery = {
  readonly id: WebhookDeliveryId;
  readonly organization_id: OrganizationId;
  readonly endpoint_id: WebhookEndpointId | null;
  readonly execution_id: ExecutionId | null;
  readonly response_id: ResponseId | null;
  readonly url: string;
  readonly event_type: SentEventType;
  /** This attempt counted. */
  readonly attempts: number;
  readonly started_at: Date;
  readonly created_at: Date;
  readonly retry_until: Date;
  /** Null for a `callback_url`. */
  readonly secret: string | null;
  readonly previous_secret: string | null;
};

export type ClaimLimits = {
  /** How many are claimed at most. */
  readonly room: number;
  readonly perReceiver: number;
  readonly perOrganization: number;
};

/** A receiver of an organization, for which something waits. */
export type Lane = { readonly organizationId: string; readonly receiver: string };

/** From claimed to the end of an attempt: past it whoever claimed it is gone. */
const CLAIM = sql`interval '20 seconds'`;
/** Receivers that one look takes: it takes milliseconds, however many there are. */
const LANES_MAX = 500;

/**
 * Steps from receiver to receiver by the index, so that however much waits for one costs nothing for the others. What
 * is under way counts: an organization that has less of it comes first, and in it the receiver that has less.
 */
export function claiming({ room, perReceiver, perOrganization }: ClaimLimits, after: Lane | undefined) {
  return sql<{ ids: WebhookDeliveryId[]; next: Lane | null }>`
    with recursive lanes as (
      select ${after?.organizationId ?? ''}::text as organization_id, ${after?.receiver ?? ''}::text as receiver, 0 as step
      union all
      select following.*, step + 1 from lanes, lateral (
        select d.organization_id, d.receiver from webhook_deliveries d
        where d.status = 'pending' and (d.organization_id, d.receiver) > (lanes.organization_id, lanes.receiver)
        order by d.organization_id, d.receiver limit 1) following
      where step < ${LANES_MAX}
    ), busy as (
      select organization_id, receiver, count(*) as claimed from webhook_deliveries
      where claimed_until > now() group by organization_id, receiver
    ), busy_organizations as (
      select organization_id, sum(claimed) as claimed from busy group by organization_id
    ), due as (
      select waiting.id, waiting.next_attempt_at, lanes.organization_id, busy_organizations.claimed as claimed_of_organization,
        coalesce(busy.claimed, 0) + row_number() over (
          partition by lanes.organization_id, lanes.receiver order by waiting.next_attempt_at) as place_at_receiver
      from (select * from lanes where step > 0) lanes
      join organizations o on o.id = lanes.organization_id and o.status <> 'deleting'
      left join busy on busy.organization_id = lanes.organization_id and busy.receiver = lanes.receiver
      left join busy_organizations on busy_organizations.organization_id = lanes.organization_id
      cross join lateral (
        select d.id, d.next_attempt_at from webhook_deliveries d
        where d.organization_id = lanes.organization_id and d.receiver = lanes.receiver and d.status = 'pending'
          and d.next_attempt_at <= now() and (d.claimed_until is null or d.claimed_until <= now())
        order by d.next_attempt_at limit ${perReceiver}) waiting
    ), ranked as (
      select id, next_attempt_at, organization_id,
        row_number() over (partition by organization_id order by place_at_receiver, next_attempt_at)
          + coalesce(claimed_of_organization, 0) as place
      from due where place_at_receiver <= ${perReceiver}
    ), chosen as (
      select id from ranked where place <= ${perOrganization} order by place, next_attempt_at limit ${room}
    ), claimed as (
      update webhook_deliveries d set claimed_until = clock_timestamp() + ${CLAIM}, attempting = false
      from chosen where d.id = chosen.id and d.status = 'pending' returning d.id
    )
    select (select coalesce(array_agg(id), '{}') from claimed) as ids,
      (select json_build_object('organizationId', organization_id, 'receiver', receiver) from lanes
        where step = ${LANES_MAX}) as next`;
}

/** Begins an attempt, unless it is over or another process is at it. */
export function starting(id: WebhookDeliveryId) {
  return sql<StartedDelivery>`
    update webhook_deliveries d set attempting = true, claimed_until = clock_timestamp() + ${CLAIM},
      attempts = d.attempts + 1, last_attempt_at = clock_timestamp(),
      duration_ms = null, response_status = null, response_excerpt = null, error = null
    from webhook_deliveries own left join webhook_endpoints e on e.id = own.endpoint_id
    where d.id = ${id} and own.id = d.id and d.status = 'pending' and d.claimed_until is not null
      and not (d.attempting and d.claimed_until > clock_timestamp())
    returning d.id, d.organization_id, d.endpoint_id, d.execution_id, d.response_id, coalesce(e.url, d.url) as url,
      d.event_type, d.attempts, d.last_attempt_at as started_at, d.created_at, d.retry_until, e.secret,
      case when e.previous_until > clock_timestamp() then e.previous_secret end as previous_secret`;
}
