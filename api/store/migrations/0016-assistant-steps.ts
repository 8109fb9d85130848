/** How many steps an assistant's responses may take. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table assistants add column steps_max integer').execute(db);
}
