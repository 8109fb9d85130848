/** Keys as those see them who manage them: found by organization and id, never by what they are. */
import { sql, type Selectable } from 'kysely';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { ApiKeyTable } from './schema.ts';

export type ApiKeyRow = Omit<Selectable<ApiKeyTable>, 'sha256'> & { readonly ended: boolean };

export type KeyQuery = {
  readonly limit: number;
  /** Keys that come after this one in the list, thus older ones. */
  readonly after?: ApiKeyId | undefined;
};

/** Revoked or expired, by the database's clock. */
export const ended = sql<boolean>`(revoked_at is not null or coalesce(expires_at <= clock_timestamp(), false))`;

export const KEY_COLUMNS = [
  'id',
  'organization_id',
  'name',
  'prefix',
  'scopes',
  'created_at',
  'last_used_at',
  'revoked_at',
  'expires_at',
] as const;

export function createKeyManagementStore({ db }: { readonly db: Db }) {
  return {
    /** Newest first; one more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, query: KeyQuery): Promise<ApiKeyRow[]> {
      return orDatabaseError(() => page(db, organizationId, query).execute());
    },

    async find(organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKeyRow | undefined> {
      return orDatabaseError(() => oneKey(db, organizationId, id).executeTakeFirst());
    },

    async rename(organizationId: OrganizationId, id: ApiKeyId, name: string): Promise<ApiKeyRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('api_keys')
          .set({ name })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returning(KEY_COLUMNS)
          .returning(ended.as('ended'))
          .executeTakeFirst(),
      );
    },

    /** One that was revoked stays revoked from then. @returns the row as it is then */
    async revoke(organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKeyRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('api_keys')
          .set({ revoked_at: sql<Date>`coalesce(revoked_at, clock_timestamp())` })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returning(KEY_COLUMNS)
          .returning(ended.as('ended'))
          .executeTakeFirst(),
      );
    },
  };
}

export type KeyManagementStore = ReturnType<typeof createKeyManagementStore>;

export function oneKey(db: Db, organizationId: OrganizationId, id: ApiKeyId) {
  return db
    .selectFrom('api_keys')
    .select(KEY_COLUMNS)
    .select(ended.as('ended'))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id);
}

function page(db: Db, organizationId: OrganizationId, { limit, after }: KeyQuery) {
  return db
    .selectFrom('api_keys')
    .select(KEY_COLUMNS)
    .select(ended.as('ended'))
    .where('organization_id', '=', organizationId)
    .$if(after !== undefined, (select) =>
      select.where(
        sql<boolean>`(created_at, id) < (select created_at, id from api_keys
          where organization_id = ${organizationId} and id = ${after})`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
}
