/** Keeps the trace of a request together with the run of an execution that has to wait. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table executions add column traceparent text`.execute(db);
}
