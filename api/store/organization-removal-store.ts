/** What is left of organizations that are being deleted, and taking it away little by little. */
import { sql } from 'kysely';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { OPEN_STATUSES } from '../../shared/contracts/statuses.ts';
import { orDatabaseError, type Db } from './database.ts';

/**
 * Tables that hold rows of an organization, in the order in which they are emptied. Files and their contents are not
 * among them: a service of their own removes them.
 */
const TABLES = [
  'idempotency_keys',
  'webhook_deliveries',
  'executions',
  'responses',
  'assistants',
  'webhook_endpoints',
  'webhook_secrets',
  'usage_entries',
  'usage_hours',
  'response_usage_hours',
  'api_keys',
] as const;

export type RemovedRows = {
  readonly count: number;
  /** Those among them that were executions or responses: Redis may hold something of them. */
  readonly executionIds: readonly ExecutionId[];
};

export function createOrganizationRemovalStore({ db }: { readonly db: Db }) {
  return {
    /** Organizations that are being deleted. */
    async deleting(limit: number): Promise<OrganizationId[]> {
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('organizations')
          .select('id')
          .where('status', '=', 'deleting')
          .orderBy('created_at')
          .limit(limit)
          .execute(),
      );
      return rows.map(({ id }) => id);
    },

    async hasOpenExecutions(organizationId: OrganizationId): Promise<boolean> {
      const row = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('status', 'in', OPEN_STATUSES)
          .limit(1)
          .executeTakeFirst(),
      );
      return row !== undefined;
    },

    /** Removes rows of the first table that has any. @returns what was removed; nothing once nothing is left */
    async removeRows(organizationId: OrganizationId, limit: number): Promise<RemovedRows> {
      for (const table of TABLES) {
        const removed = await orDatabaseError(() => removal(table, organizationId, limit).execute(db));
        const count = Number(removed.numAffectedRows ?? 0);
        if (count === 0) continue;
        return { count, executionIds: removed.rows.flatMap(({ execution_id: id }) => id ?? []) };
      }
      return { count: 0, executionIds: [] };
    },

    /**
     * Removes the organization itself. Its lock keeps away what would still come to it: whoever adds something checks
     * that the organization is there, and waits for the lock to do so.
     * @returns whether it is gone; not while there are executions or contents of it
     */
    async remove(organizationId: OrganizationId): Promise<boolean> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await sql`select from organizations where id = ${organizationId} for update`.execute(transaction);
          const left = await sql`select from executions where organization_id = ${organizationId}
            union all select from blobs where organization_id = ${organizationId} limit 1`.execute(transaction);
          if (left.rows.length > 0) return false;
          await transaction
            .deleteFrom('organizations')
            .where('id', '=', organizationId)
            .where('status', '=', 'deleting')
            .execute();
          return true;
        }),
      );
    },
  };
}

export type OrganizationRemovalStore = ReturnType<typeof createOrganizationRemovalStore>;

/** By place, not by key: the tables have none in common. */
function removal(table: (typeof TABLES)[number], organizationId: OrganizationId, limit: number) {
  const name = sql.table(table);
  const told = table === 'executions' || table === 'responses' ? sql`id` : sql`null`;
  return sql<{ execution_id: ExecutionId | null }>`delete from ${name} where ctid = any(array(
      select ctid from ${name} where organization_id = ${organizationId} limit ${limit}))
    returning ${told} as execution_id`;
}
