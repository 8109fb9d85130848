/** Whether the database answers now. */
import { sql } from 'kysely';
import { orDatabaseError, type Db } from './database.ts';

export function createDatabaseHealth({ db }: { readonly db: Db }) {
  return {
    async ping(): Promise<void> {
      await orDatabaseError(() => sql`select 1`.execute(db));
    },
  };
}
