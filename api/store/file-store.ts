/** Files as an organization sees them: every function takes whose they are first. */
import { sql } from 'kysely';
import type { FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { FileRow } from './schema.ts';

export type FileQuery = {
  readonly limit: number;
  /** Files that come after this one in the list. */
  readonly after?: FileId | undefined;
  readonly order: 'asc' | 'desc';
  readonly purpose?: string | undefined;
};

/** The same by number of page, and by a part of the name. */
export type FileSearch = {
  readonly page: number;
  readonly pageSize: number;
  readonly purpose?: string | undefined;
  readonly search?: string | undefined;
};

export const FILE_COLUMNS = [
  'id',
  'organization_id',
  'sha256',
  'name',
  'mime_type',
  'purpose',
  'size_bytes',
  'created_by',
  'created_at',
] as const;

export function createFileStore({ db }: { readonly db: Db }) {
  return {
    async find(organizationId: OrganizationId, id: FileId): Promise<FileRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('files')
          .select(FILE_COLUMNS)
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** Those of the ids that are files of the organization, in any order. */
    async findSome(organizationId: OrganizationId, ids: readonly FileId[]): Promise<FileRow[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('files')
          .select(FILE_COLUMNS)
          .where('organization_id', '=', organizationId)
          .where('id', 'in', [...ids])
          .execute(),
      );
    },

    /** One more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, query: FileQuery): Promise<FileRow[]> {
      return orDatabaseError(() => page(db, organizationId, query).execute());
    },

    /** Newest first. @returns a page, and how many there are on all of them */
    async search(organizationId: OrganizationId, query: FileSearch): Promise<{ rows: FileRow[]; total: number }> {
      const found = matching(db, organizationId, query);
      return orDatabaseError(async () => {
        const counted = await found.select(sql<string>`count(*)`.as('total')).executeTakeFirstOrThrow();
        const rows = await found
          .select(FILE_COLUMNS)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(query.pageSize)
          .offset((query.page - 1) * query.pageSize)
          .execute();
        return { rows, total: Number(counted.total) };
      });
    },

    /** What counts against the quota: every content once, also of what was deleted while code still reads it. */
    async storedBytes(organizationId: OrganizationId): Promise<number> {
      const result = await orDatabaseError(() =>
        sql<{
          bytes: number;
        }>`select coalesce(sum(size_bytes), 0) as bytes from blobs where organization_id = ${organizationId}`.execute(
          db,
        ),
      );
      return result.rows[0]?.bytes ?? 0;
    },

    /**
     * Deletes a file; its content is released when no other file has the same.
     * @returns the digest of the content, and whether it was released; undefined when there is no such file
     */
    async remove(
      organizationId: OrganizationId,
      id: FileId,
    ): Promise<{ readonly sha256: string; readonly isReleased: boolean } | undefined> {
      return orDatabaseError(() => db.transaction().execute((transaction) => removal(transaction, organizationId, id)));
    },

    /** Deletes some files of an organization that is being deleted. @returns whether there were any */
    async removeSome(organizationId: OrganizationId, limit: number): Promise<boolean> {
      const result = await orDatabaseError(() =>
        sql`delete from files where id in (
          select id from files where organization_id = ${organizationId} limit ${limit})`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0) > 0;
    },
  };
}

export type FileStore = ReturnType<typeof createFileStore>;

/**
 * The content is locked first: of two deletions of its last two files one waits for the other, and whoever refers to it
 * anew waits for both.
 */
async function removal(db: Db, organizationId: OrganizationId, id: FileId) {
  const held = await sql<{ sha256: string }>`select b.sha256 from files f join blobs b using (organization_id, sha256)
    where f.organization_id = ${organizationId} and f.id = ${id} for update of b`.execute(db);
  const sha256 = held.rows[0]?.sha256;
  if (sha256 === undefined) return undefined;
  const deleted = await db
    .deleteFrom('files')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (deleted.numDeletedRows === 0n) return undefined;
  const released = await sql`update blobs b set state = 'released'
    where organization_id = ${organizationId} and sha256 = ${sha256} and not exists (
      select from files f where f.organization_id = b.organization_id and f.sha256 = b.sha256)`.execute(db);
  return { sha256, isReleased: released.numAffectedRows === 1n };
}

function page(db: Db, organizationId: OrganizationId, { limit, after, order, purpose }: FileQuery) {
  const comparison = order === 'asc' ? sql.raw('>') : sql.raw('<');
  return matching(db, organizationId, { purpose })
    .select(FILE_COLUMNS)
    .$if(after !== undefined, (select) =>
      select.where(
        sql<boolean>`(created_at, id) ${comparison} (select created_at, id from files
          where organization_id = ${organizationId} and id = ${after})`,
      ),
    )
    .orderBy('created_at', order)
    .orderBy('id', order)
    .limit(limit + 1);
}

function matching(db: Db, organizationId: OrganizationId, { purpose, search }: Pick<FileSearch, 'purpose' | 'search'>) {
  return db
    .selectFrom('files')
    .where('organization_id', '=', organizationId)
    .$if(purpose !== undefined, (select) => select.where('purpose', '=', sql<string>`${purpose}`))
    .$if(search !== undefined, (select) => select.where(sql<boolean>`strpos(lower(name), lower(${search})) > 0`));
}
