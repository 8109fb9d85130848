/** Keys and the organizations behind them. A key is found by its digest alone: that is what makes it a key. */
import { sql } from 'kysely';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationStatus, Scope } from '../../shared/contracts/organization.ts';
import { orDatabaseError, type Db } from './database.ts';

export type KnownKey = {
  readonly id: ApiKeyId;
  readonly organization_id: OrganizationId;
  readonly scopes: readonly Scope[];
  readonly expires_at: Date | null;
  readonly organization_status: OrganizationStatus;
};
export type NewApiKey = {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly prefix: string;
  readonly sha256: string;
};
export type FirstOrganization = { readonly id: OrganizationId; readonly name: string; readonly key: NewApiKey };

/** Any number that nothing else in the database locks. */
const BOOTSTRAP_LOCK_ID = 7_302_118_003;

export function createApiKeyStore({ db }: { readonly db: Db }) {
  return {
    /** The key of this digest unless it is revoked or expired. */
    async findValid(sha256: string): Promise<KnownKey | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('api_keys as k')
          .innerJoin('organizations as o', 'o.id', 'k.organization_id')
          .select(['k.id', 'k.organization_id', 'k.scopes', 'k.expires_at', 'o.status as organization_status'])
          .where('k.sha256', '=', sha256)
          .where('k.revoked_at', 'is', null)
          .where('o.status', '<>', 'deleting')
          .where(sql<boolean>`(k.expires_at is null or k.expires_at > clock_timestamp())`)
          .executeTakeFirst(),
      );
    },

    async touch(organizationId: OrganizationId, id: ApiKeyId): Promise<void> {
      await orDatabaseError(() =>
        db
          .updateTable('api_keys')
          .set({ last_used_at: sql<Date>`clock_timestamp()` })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .execute(),
      );
    },

    /** Adds the key unless one of its digest is there, whoever's and in whatever state. @returns whether it was added */
    async add(organizationId: OrganizationId, key: NewApiKey): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .insertInto('api_keys')
          .values({ ...key, organization_id: organizationId })
          .onConflict((conflict) => conflict.column('sha256').doNothing())
          .executeTakeFirst(),
      );
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    /**
     * Makes an organization with a key if there is none at all; safe when two run at once.
     * @returns the oldest organization, and whether it was made
     */
    async ensureFirstOrganization(first: FirstOrganization): Promise<{ id: OrganizationId; created: boolean }> {
      const { id, name, key } = first;
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await sql`select pg_advisory_xact_lock(${BOOTSTRAP_LOCK_ID})`.execute(transaction);
          const oldest = await transaction
            .selectFrom('organizations')
            .select('id')
            .orderBy('created_at')
            .executeTakeFirst();
          if (oldest !== undefined) return { id: oldest.id, created: false };
          await transaction.insertInto('organizations').values({ id, name }).execute();
          await transaction
            .insertInto('api_keys')
            .values({ ...key, organization_id: id })
            .execute();
          return { id, created: true };
        }),
      );
    },
  };
}

export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;
