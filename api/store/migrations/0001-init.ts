/** Organizations, their keys, executions and idempotency keys. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table organizations (
    id text primary key,
    name text not null,
    created_at timestamptz not null default clock_timestamp()
  )`,
  `create table api_keys (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    name text not null,
    prefix text not null,
    sha256 text not null unique,
    created_at timestamptz not null default clock_timestamp(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    expires_at timestamptz
  )`,
  `create index api_keys_by_organization on api_keys (organization_id)`,
  `create table executions (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    status text not null default 'queued'
      check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
    language text not null default 'python',
    code text not null,
    stdin text not null default '',
    timeout_ms integer not null,
    memory_mb integer not null,
    isolation text not null,
    metadata json not null default '{}',
    input_bytes integer not null,
    generation integer not null default 1,
    attempt integer not null default 0,
    attempt_offset integer not null default 0,
    losses integer not null default 0,
    worker_id text,
    exit_reason text,
    exit_code double precision,
    exit_signal text,
    outputs json,
    truncated_stdout boolean not null default false,
    truncated_stderr boolean not null default false,
    truncated_outputs boolean not null default false,
    queue_ms double precision,
    start_ms double precision,
    wall_ms double precision,
    cpu_ms double precision,
    memory_peak_bytes double precision,
    created_at timestamptz not null default clock_timestamp(),
    dispatched_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested_at timestamptz,
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null and exit_reason is not null))
  )`,
  `create index executions_newest_first on executions (organization_id, created_at desc, id desc)`,
  `create index executions_by_status on executions (organization_id, status, created_at desc, id desc)`,
  `create index executions_open on executions (created_at, id) where status in ('queued', 'running')`,
  `create table idempotency_keys (
    organization_id text not null references organizations (id) on delete cascade,
    method text not null,
    path text not null,
    key text not null,
    body_sha256 text not null,
    execution_id text references executions (id) on delete set null deferrable initially deferred,
    accepted boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    primary key (organization_id, method, path, key)
  )`,
  `create index idempotency_keys_by_execution on idempotency_keys (execution_id)`,
  `create index idempotency_keys_by_age on idempotency_keys (created_at)`,
];
