/** What failed on one worker. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A worker on which nothing failed is no reason to walk through everything that it ran.
  await sql
    .raw(
      `create index executions_by_worker_and_status on executions (worker_id, status, created_at desc, id desc)
        where finished_at is not null`,
    )
    .execute(db);
}
