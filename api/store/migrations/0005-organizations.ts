/** What operators set for an organization, what a key may do, and who did what. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table organizations
    add column status text not null default 'active' check (status in ('active', 'suspended', 'deleting')),
    add column interpreter boolean not null default true,
    add column queue_paused boolean not null default false,
    add column isolation text check (isolation in ('organization', 'fresh')),
    add column quotas json not null default '{}',
    add column settings_version integer not null default 1`,
  // By it the queue's index tells a later state of an organization from an earlier one, whichever process brings it.
  `create function next_settings_version() returns trigger language plpgsql as
    $$ begin new.settings_version := old.settings_version + 1; return new; end $$`,
  `create trigger organizations_settings_version before update of status, queue_paused, quotas on organizations
    for each row execute function next_settings_version()`,
  `create index organizations_newest_first on organizations (created_at desc, id desc)`,
  `alter table api_keys
    add column scopes text[] not null default '{executions,files,responses,organization}'`,
  `create table audit_entries (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor_type text not null check (actor_type in ('operator', 'key', 'service', 'unknown')),
    actor_id text,
    address text,
    request_id text,
    action text not null,
    outcome text not null check (outcome in ('done', 'denied', 'failed')),
    organization_id text,
    target_id text,
    details json not null default '{}'
  )`,
  `create index audit_entries_by_organization on audit_entries (organization_id, id desc)`,
  `create index audit_entries_by_action on audit_entries (action, id desc)`,
  `create index audit_entries_by_actor on audit_entries (actor_type, actor_id, id desc)`,
  `create index audit_entries_not_done on audit_entries (outcome, id desc) where outcome <> 'done'`,
  `create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception '% is append only', tg_table_name; end $$`,
  `create trigger audit_entries_append_only before update or delete or truncate on audit_entries
    for each statement execute function refuse_change()`,
];
