/** Operators' accounts and their sessions. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table operator_accounts (
    id text primary key,
    name text not null,
    folded_name text not null unique,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    password_hash text not null,
    disabled_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    last_login_at timestamptz
  )`,
  `create table operator_sessions (
    sha256 text primary key,
    account_id text not null references operator_accounts (id) on delete cascade,
    csrf_token text not null,
    address text,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    last_seen_at timestamptz not null default clock_timestamp()
  )`,
  `create index operator_sessions_by_account on operator_sessions (account_id, created_at desc)`,
  `alter table audit_entries drop constraint audit_entries_actor_type_check`,
  `alter table audit_entries add constraint audit_entries_actor_type_check
    check (actor_type in ('operator', 'account', 'key', 'service', 'unknown'))`,
];
