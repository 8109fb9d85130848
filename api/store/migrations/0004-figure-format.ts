/** Keeps how the figures of an execution are to be shown. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table executions add column figure_format text not null default 'png'`.execute(db);
}
