/** Adding keys to an organization, within terms. */
import { sql } from 'kysely';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { NewApiKey } from './api-key-store.ts';
import { orDatabaseError, type Db } from './database.ts';
import { ended, KEY_COLUMNS, oneKey, type ApiKeyRow } from './key-management-store.ts';

export type ScopedKey = NewApiKey & { readonly scopes: readonly Scope[]; readonly expires_at: Date | null };

export type KeyBounds = {
  /** Keys that are valid at once. */
  readonly validMax: number;
  /** Ended ones that are kept to be shown, the newest. */
  readonly endedMax: number;
};

export type KeyTerms = KeyBounds & {
  /** The key that asks for it; absent where an operator does. */
  readonly callerId?: ApiKeyId | undefined;
};

export type KeyRefusal = 'caller-ended' | 'no-organization' | 'too-many' | 'no-key' | 'ended';
export type Added = { readonly row: ApiKeyRow } | { readonly refused: KeyRefusal };

export type Rotation = {
  readonly id: ApiKeyId;
  /** The key that takes its place. */
  readonly next: ScopedKey;
  readonly overlapSeconds: number;
};

export function createKeyCreationStore({ db }: { readonly db: Db }) {
  return {
    async add(organizationId: OrganizationId, key: ScopedKey, terms: KeyTerms): Promise<Added> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          if (!(await lockOrganization(transaction, organizationId))) return { refused: 'no-organization' };
          if (await hasEnded(transaction, organizationId, terms.callerId)) return { refused: 'caller-ended' };
          if ((await countValid(transaction, organizationId)) >= terms.validMax) return { refused: 'too-many' };
          await forgetEnded(transaction, organizationId, terms.endedMax);
          return { row: await insert(transaction, organizationId, key) };
        }),
      );
    },

    /** Adds the next key and sets the old one's end, both or none. */
    async rotate(
      organizationId: OrganizationId,
      { id, next, overlapSeconds }: Rotation,
      terms: KeyTerms,
    ): Promise<Added> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          if (!(await lockOrganization(transaction, organizationId))) return { refused: 'no-organization' };
          if (await hasEnded(transaction, organizationId, terms.callerId)) return { refused: 'caller-ended' };
          const old = await oneKey(transaction, organizationId, id).executeTakeFirst();
          if (old === undefined) return { refused: 'no-key' };
          if (old.ended) return { refused: 'ended' };
          // Every key may be rotated, also the last that there is room for.
          if ((await countValid(transaction, organizationId)) > terms.validMax) return { refused: 'too-many' };
          await transaction
            .updateTable('api_keys')
            .set({
              expires_at: sql<Date>`least(expires_at, clock_timestamp() + ${overlapSeconds} * interval '1 second')`,
            })
            .where('organization_id', '=', organizationId)
            .where('id', '=', id)
            .execute();
          await forgetEnded(transaction, organizationId, terms.endedMax);
          return { row: await insert(transaction, organizationId, next) };
        }),
      );
    },
  };
}

export type KeyCreationStore = ReturnType<typeof createKeyCreationStore>;

/** One at a time changes the keys of an organization: what is counted stays true. @returns whether it is there to stay */
async function lockOrganization(db: Db, organizationId: OrganizationId): Promise<boolean> {
  const row = await db
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organizationId)
    .where('status', '<>', 'deleting')
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the key has ended since its request was let in. Whoever revokes it now waits until the new key is there. */
async function hasEnded(db: Db, organizationId: OrganizationId, id: ApiKeyId | undefined): Promise<boolean> {
  if (id === undefined) return false;
  const row = await oneKey(db, organizationId, id).forNoKeyUpdate().executeTakeFirst();
  return row === undefined || row.ended;
}

async function countValid(db: Db, organizationId: OrganizationId): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select((build) => build.fn.countAll<string>().as('count'))
    .where('organization_id', '=', organizationId)
    .where(ended, '=', false)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Removes ended keys but the newest. */
async function forgetEnded(db: Db, organizationId: OrganizationId, kept: number): Promise<void> {
  await sql`delete from api_keys where organization_id = ${organizationId} and ${ended} and id not in (
      select id from api_keys where organization_id = ${organizationId} and ${ended}
      order by coalesce(revoked_at, expires_at) desc limit ${kept})`.execute(db);
}

async function insert(db: Db, organizationId: OrganizationId, key: ScopedKey): Promise<ApiKeyRow> {
  return db
    .insertInto('api_keys')
    .values({ ...key, organization_id: organizationId })
    .returning(KEY_COLUMNS)
    .returning(ended.as('ended'))
    .executeTakeFirstOrThrow();
}
