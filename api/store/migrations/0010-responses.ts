/** Assistants, and what they answered. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table assistants (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    name text not null,
    instructions text not null default '',
    model text,
    tools json not null default '{}',
    file_ids text[] not null default '{}',
    temperature double precision,
    output_tokens_max integer,
    metadata json not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
  )`,
  `create index assistants_newest_first on assistants (organization_id, created_at desc, id desc)`,
  `alter table organizations add column default_model text`,
  // No reference to the assistant or the response before: both may be deleted, and the answer stays readable.
  `create table responses (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    assistant_id text,
    previous_response_id text,
    thread_id text,
    model text not null,
    status text not null
      check (status in ('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled')),
    background boolean not null,
    request json not null,
    input json not null,
    messages json not null,
    items json not null default '[]',
    steps integer not null default 0,
    input_tokens double precision not null default 0,
    output_tokens double precision not null default 0,
    fault json,
    warnings json not null default '[]',
    metadata json not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    completed_at timestamptz,
    cancel_requested_at timestamptz,
    heartbeat_at timestamptz not null default clock_timestamp()
  )`,
  `create index responses_newest_first on responses (organization_id, created_at desc, id desc)`,
  `create index responses_open on responses (heartbeat_at) where status in ('queued', 'in_progress')`,
  `create index responses_by_thread on responses (organization_id, thread_id, created_at desc) where thread_id is not null`,
  `alter table executions add column response_id text`,
  `create index executions_by_response on executions (response_id) where response_id is not null`,
];
