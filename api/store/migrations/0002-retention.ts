/** Finds executions by the time at which they ended, for retention. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index executions_by_end on executions (finished_at) where finished_at is not null`.execute(db);
}
