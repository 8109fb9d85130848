/** In which container an execution ran, what runs of an organization, and what became of each attempt at a delivery. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table executions add column container_id text`,
  // Of what runs alone: a backlog, however long, is not walked through to count that.
  `create index executions_running on executions (organization_id) where status = 'running'`,
  // Of objects with `at`, `duration_ms`, `response_status` and `error`, the oldest first.
  `alter table webhook_deliveries add column attempt_history jsonb not null default '[]'`,
];
