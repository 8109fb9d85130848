/** What operators set for the whole service while it runs. */
import { sql } from 'kysely';
import { orDatabaseError, type Db } from './database.ts';

const QUEUE_PAUSED = 'queue_paused';

export function createServiceSettingsStore({ db }: { readonly db: Db }) {
  return {
    async isQueuePaused(): Promise<boolean> {
      const row = await orDatabaseError(() =>
        db.selectFrom('service_settings').select('value').where('name', '=', QUEUE_PAUSED).executeTakeFirst(),
      );
      return row?.value === true;
    },

    async setQueuePaused(paused: boolean): Promise<void> {
      await orDatabaseError(() =>
        db
          .insertInto('service_settings')
          .values({ name: QUEUE_PAUSED, value: JSON.stringify(paused) })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ value: JSON.stringify(paused), changed_at: sql<Date>`clock_timestamp()` }),
          )
          .execute(),
      );
    },
  };
}

export type ServiceSettingsStore = ReturnType<typeof createServiceSettingsStore>;
