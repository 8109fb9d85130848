/** Idempotency keys: the unique row decides which of two equal requests runs, on whichever api process they arrive. */
import { sql, type Selectable } from 'kysely';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { IDEMPOTENCY_KEPT_HOURS } from '../../shared/contracts/limits.ts';
import { orDatabaseError, type Db } from './database.ts';
import { insertExecution } from './execution-insertion.ts';
import type { IdempotencyKeyTable, NewExecutionRow } from './schema.ts';

export type IdempotencyName = { readonly method: string; readonly path: string; readonly key: string };
export type IdempotencyRow = Selectable<IdempotencyKeyTable> & { readonly age_ms: number };

export function createIdempotencyStore({ db }: { readonly db: Db }) {
  return {
    /**
     * Takes the key and stores the execution in one transaction. A request that comes at the same moment with the same
     * key waits for it in the database.
     * @returns when the execution came into being, or undefined when the key is taken
     */
    async insertQueued(
      organizationId: OrganizationId,
      name: IdempotencyName,
      bodySha256: string,
      row: NewExecutionRow,
    ): Promise<Date | undefined> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await expireIdempotencyKey(transaction, organizationId, name);
          const taken = await transaction
            .insertInto('idempotency_keys')
            .values({ ...name, organization_id: organizationId, body_sha256: bodySha256, execution_id: row.id })
            .onConflict((conflict) => conflict.doNothing())
            .returning('key')
            .executeTakeFirst();
          if (taken === undefined) return undefined;
          return insertExecution(transaction, organizationId, row);
        }),
      );
    },

    async find(organizationId: OrganizationId, name: IdempotencyName): Promise<IdempotencyRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('idempotency_keys')
          .selectAll()
          .select(sql<number>`(extract(epoch from clock_timestamp() - created_at) * 1000)::float8`.as('age_ms'))
          .where('organization_id', '=', organizationId)
          .where('method', '=', name.method)
          .where('path', '=', name.path)
          .where('key', '=', name.key)
          .executeTakeFirst(),
      );
    },

    /** From here on the execution stands for the key. @returns false when it was removed meanwhile */
    async accept(organizationId: OrganizationId, executionId: ExecutionId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .updateTable('idempotency_keys')
          .set({ accepted: true })
          .where('organization_id', '=', organizationId)
          .where('execution_id', '=', executionId)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /** Frees the key of an execution that the queue refused. @returns false when another request has accepted it already */
    async free(organizationId: OrganizationId, executionId: ExecutionId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .deleteFrom('idempotency_keys')
          .where('organization_id', '=', organizationId)
          .where('execution_id', '=', executionId)
          .where('accepted', '=', false)
          .executeTakeFirst(),
      );
      return result.numDeletedRows > 0n;
    },
  };
}

export type IdempotencyStore = ReturnType<typeof createIdempotencyStore>;

/** A key that was used long ago is free. */
export async function expireIdempotencyKey(
  db: Db,
  organizationId: OrganizationId,
  { method, path, key }: IdempotencyName,
): Promise<void> {
  await sql`delete from idempotency_keys
    where organization_id = ${organizationId} and method = ${method} and path = ${path} and key = ${key}
      and created_at < clock_timestamp() - ${IDEMPOTENCY_KEPT_HOURS} * interval '1 hour'`.execute(db);
}
