/** What waits and what runs, over all organizations: for operators. */
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

    /** How many executions of each organization have started and not ended: one look into the index for each. */
    async runningOf(organizationIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
      if (organizationIds.length === 0) return new Map();
      const { rows } = await orDatabaseError(() => countingRunning(organizationIds).execute(db));
      return new Map(rows.map(({ organization_id: id, running }) => [id, running]));
    },
  };
}

export function countingRunning(organizationIds: readonly string[]) {
  return sql<{ organization_id: string; running: number }>`select o.id as organization_id, (
      select count(*)::int from executions e where e.organization_id = o.id and e.status = 'running') as running
    from unnest(${[...organizationIds]}::text[]) o (id)`;
}
