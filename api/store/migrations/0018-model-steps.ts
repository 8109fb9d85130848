/** What each step of a response took of its model. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A constant default is stored once, not in every row.
  await sql.raw(`alter table responses add column model_steps json not null default '[]'`).execute(db);
}
