/** Whether the database answers now. */
import { sql } from 'kysely';
import { orDatabaseError, type Db } from './database.ts';

export function createDatabaseHealth({ db }: { readonly db: Db }) {
  return {
    async ping(): Promise<void> {
      await orDatabaseError(() => sql`select 1`.execute(db));
    },

    /** Which PostgreSQL it is. */
    async version(): Promise<string> {
      const result = await orDatabaseError(() => sql<{ server_version: string }>`show server_version`.execute(db));
      return result.rows[0]?.server_version ?? 'not known';
    },
  };
}
