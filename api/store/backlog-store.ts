/** What waits, over all organizations: for operators. */
import { sql } from 'kysely';
import { orDatabaseError, type Db } from './database.ts';

export function createBacklogStore({ db }: { readonly db: Db }) {
  return {
    /** Age of the oldest execution that has not started, by the database's clock; null when there is none. */
    async oldestQueuedSeconds(): Promise<number | null> {
      const result = await orDatabaseError(() =>
        sql<{ seconds: number }>`select extract(epoch from clock_timestamp() - created_at)::float8 as seconds
          from executions where status = 'queued' order by created_at, id limit 1`.execute(db),
      );
      return result.rows[0]?.seconds ?? null;
    },
  };
}
