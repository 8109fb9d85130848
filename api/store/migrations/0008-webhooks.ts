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
  `create table webhook_deliveries (
    id text primary key default 'msg_' || replace(gen_random_uuid()::text, '-', ''),
    organization_id text not null references organizations (id) on delete cascade,
    endpoint_id text references webhook_endpoints (id) on delete cascade,
    url text not null,
    event_type text not null,
    subject_id text not null,
    status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    next_attempt_at timestamptz default clock_timestamp(),
    last_attempt_at timestamptz,
    response_status integer,
    response_excerpt text,
    error text,
    created_at timestamptz not null default clock_timestamp(),
    delivered_at timestamptz
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending'`,
  `create index webhook_deliveries_newest_first on webhook_deliveries (organization_id, created_at desc, id desc)`,
  `create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, created_at desc)`,
  // In the statement that ends the execution: an end and the duty to tell of it are stored together or not at all.
  `create function owe_webhooks() returns trigger language plpgsql as $$ begin
    insert into webhook_deliveries (organization_id, endpoint_id, url, event_type, subject_id)
    select new.organization_id, e.id, e.url, 'execution.' || new.status, new.id from webhook_endpoints e
      where e.organization_id = new.organization_id and e.status <> 'disabled' and ('execution.' || new.status) = any (e.events)
    union all
    select new.organization_id, null, new.callback_url, 'execution.' || new.status, new.id
      where new.callback_url is not null;
    return null;
  end $$`,
  `create trigger executions_webhooks after update of status on executions for each row
    when (old.finished_at is null and new.finished_at is not null) execute function owe_webhooks()`,
];
