/** Where results are posted to, and what became of each posting. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table webhook_secrets (
    organization_id text primary key references organizations (id) on delete cascade,
    secret text not null,
    previous_secret text,
    previous_until timestamptz
  )`,
  `create table webhook_endpoints (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    url text not null,
    description text not null default '',
    events text[] not null,
    status text not null default 'enabled' check (status in ('enabled', 'disabled', 'failing')),
    secret text not null,
    previous_secret text,
    previous_until timestamptz,
    failing_since timestamptz,
    created_at timestamptz not null default clock_timestamp()
  )`,
  `create index webhook_endpoints_by_organization on webhook_endpoints (organization_id, created_at desc, id desc)`,
  `alter table executions add column callback_url text`,
  // Characters 13 and 17 of a UUID's digits are not random.
  `create function new_delivery_id() returns text language sql volatile as $$
    select 'msg_' || substr(digits, 1, 12) || substr(digits, 18, 8)
      from (select replace(gen_random_uuid()::text, '-', '') as digits) as random
  $$`,
  // The hosts of callbacks are chosen freely: they share a few places, so that nobody can make many.
  `create function receiver_of(endpoint_id text, url text) returns text language sql immutable as $$
    select coalesce(endpoint_id, 'host_' || (hashtext(lower(substring(url from '^[^:]+://([^/?#]+)'))) & 15))
  $$`,
  `create table webhook_deliveries (
    id text primary key default new_delivery_id(),
    organization_id text not null references organizations (id) on delete cascade,
    endpoint_id text references webhook_endpoints (id) on delete cascade,
    receiver text not null,
    url text not null,
    event_type text not null,
    execution_id text references executions (id) on delete cascade,
    status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    next_attempt_at timestamptz default clock_timestamp(),
    retry_until timestamptz not null default clock_timestamp() + interval '24 hours',
    claimed_until timestamptz,
    attempting boolean not null default false,
    last_attempt_at timestamptz,
    duration_ms double precision,
    response_status integer,
    response_excerpt text,
    error text,
    created_at timestamptz not null default clock_timestamp(),
    delivered_at timestamptz
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (organization_id, receiver, next_attempt_at)
    where status = 'pending'`,
  `create index webhook_deliveries_claimed on webhook_deliveries (claimed_until) where claimed_until is not null`,
  `create index webhook_deliveries_oldest on webhook_deliveries (next_attempt_at) where status = 'pending'`,
  `create index webhook_deliveries_newest_first on webhook_deliveries (organization_id, created_at desc, id desc)`,
  `create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, created_at desc, id desc)`,
  `create index webhook_deliveries_by_execution on webhook_deliveries (execution_id)`,
  `create index webhook_deliveries_by_age on webhook_deliveries (created_at) where status <> 'pending'`,
  // In the statement that ends the execution: an end and the duty to tell of it are stored together or not at all.
  `create function owe_webhooks() returns trigger language plpgsql as $$
    declare event text := 'execution.' || new.status;
  begin
    -- Locked, so that one that is deleted meanwhile is left out rather than missed by the foreign key.
    with endpoints as (select id, url from webhook_endpoints
      where organization_id = new.organization_id and status = 'enabled' and event = any (events) for key share)
    insert into webhook_deliveries (organization_id, endpoint_id, receiver, url, event_type, execution_id)
    select new.organization_id, id, receiver_of(id, url), url, event, new.id from endpoints
    union all
    select new.organization_id, null, receiver_of(null, new.callback_url), new.callback_url, event, new.id
      where new.callback_url is not null;
    return null;
  end $$`,
  `create trigger executions_webhooks after update of status on executions for each row
    when (old.finished_at is null and new.finished_at is not null) execute function owe_webhooks()`,
];
