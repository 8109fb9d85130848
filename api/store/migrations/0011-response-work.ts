/** Responses are made in the background too, by one process after another, and asked for under idempotency keys. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // A constant default is stored once, not in every row.
  `alter table responses
    add column attempt integer not null default 1,
    add column history json`,
  `create index responses_ended on responses (completed_at) where completed_at is not null`,
  `create index responses_in_background on responses (organization_id)
    where background and status in ('queued', 'in_progress')`,
  `alter table idempotency_keys
    add column response_id text references responses (id) on delete set null deferrable initially deferred`,
  `create index idempotency_keys_by_response on idempotency_keys (response_id) where response_id is not null`,
];
