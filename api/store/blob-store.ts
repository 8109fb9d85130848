/**
 * Which contents an organization has, and who refers to them. A row is there before its content is, and goes after it:
 * whatever breaks off in between is found again by its row.
 *
 *     (none) ──reserve──► reserved ──keep──► stored ──last file deleted──► released
 *        ▲                   │                 ▲                              │
 *        └──removeUnused─────┴─────────────────┼──────────────────────────────┤ (when no open execution has it)
 *                                              └────────────keep──────────────┘
 */
import { sql } from 'kysely';
import { AppError } from '../../shared/contracts/errors.ts';
import { FILES_PER_ORGANIZATION_MAX } from '../../shared/contracts/limits.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { OPEN_STATUSES } from '../../shared/contracts/statuses.ts';
import { orDatabaseError, type Db } from './database.ts';
import { FILE_COLUMNS } from './file-store.ts';
import type { FileRow, NewFileRow } from './schema.ts';

export type BlobId = { readonly organization_id: OrganizationId; readonly sha256: string };
export type NewContent = { readonly sha256: string; readonly size_bytes: number };

/** A reservation this old belongs to nobody any more. */
const RESERVED_MINUTES = 60;

export function createBlobStore({ db }: { readonly db: Db }) {
  return {
    /**
     * Counts contents against the quota; those that the organization has already cost nothing. Reservations of one
     * organization happen one after the other, so that together they stay within it.
     * @throws AppError STORAGE_QUOTA_EXCEEDED, ORGANIZATION_DELETING
     */
    async reserve(organizationId: OrganizationId, contents: readonly NewContent[], bytesMax: number): Promise<void> {
      await orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await assertCount(transaction, organizationId, contents.length);
          const added = await sql<{ size_bytes: number }>`insert into blobs (organization_id, sha256, size_bytes, state)
            select ${organizationId}, * from unnest(${contents.map(({ sha256 }) => sha256)}::text[],
              ${contents.map(({ size_bytes }) => size_bytes)}::float8[], ${contents.map(() => 'reserved')}::text[])
            on conflict do nothing returning size_bytes`.execute(transaction);
          if (added.rows.length > 0) await assertQuota(transaction, organizationId, { added: added.rows, bytesMax });
        }),
      );
    },

    /**
     * Stores files once their contents are kept. While `keepContents` works nobody removes those contents.
     * @returns the rows, or undefined when a reservation is gone: then it has to be made again
     * @throws AppError STORAGE_QUOTA_EXCEEDED, ORGANIZATION_DELETING; what `keepContents` throws
     */
    async insertFiles(
      organizationId: OrganizationId,
      files: readonly NewFileRow[],
      keepContents: () => Promise<void>,
    ): Promise<FileRow[] | undefined> {
      const digests = [...new Set(files.map(({ sha256 }) => sha256))].sort();
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          const held = await sql`select from blobs where organization_id = ${organizationId}
            and sha256 = any(${digests}) order by sha256 for update`.execute(transaction);
          if (held.rows.length < digests.length) return undefined;
          await keepContents();
          await lockOrganization(transaction, organizationId);
          await assertCount(transaction, organizationId, files.length);
          await sql`update blobs set state = 'stored' where organization_id = ${organizationId}
            and sha256 = any(${digests})`.execute(transaction);
          return transaction
            .insertInto('files')
            .values([...files])
            .returning(FILE_COLUMNS)
            .execute();
        }),
      );
    },

    /** What counts against the quota. */
    async usedBytes(organizationId: OrganizationId): Promise<number> {
      return orDatabaseError(() => sizeOfAll(db, organizationId));
    },

    /** Gives reservations back that no file came of; the reconciler removes what was kept for them. */
    async abandon(organizationId: OrganizationId, digests: readonly string[]): Promise<void> {
      await orDatabaseError(() =>
        sql`update blobs set state = 'released' where organization_id = ${organizationId}
          and sha256 = any(${[...digests]}) and state = 'reserved'`.execute(db),
      );
    },

    /**
     * Removes a content that nobody refers to: `removeContent` works while nobody can begin to.
     * @returns whether it did
     */
    async removeUnused({ organization_id, sha256 }: BlobId, removeContent: () => Promise<void>): Promise<boolean> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          const held = await sql`select from blobs b
            where organization_id = ${organization_id} and sha256 = ${sha256} and ${unused}
            for update`.execute(transaction);
          if (held.rows.length === 0 || (await isUsed(transaction, organization_id, sha256))) return false;
          await removeContent();
          await removeRow(transaction, { organization_id, sha256 });
          return true;
        }),
      );
    },

    /** The same for an organization that is being deleted: nobody begins to refer to anything of it. */
    async removeOfDeleted({ organization_id, sha256 }: BlobId, removeContent: () => Promise<void>): Promise<void> {
      await orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          await sql`select from blobs where organization_id = ${organization_id} and sha256 = ${sha256}
            for update`.execute(transaction);
          await removeContent();
          await removeRow(transaction, { organization_id, sha256 });
        }),
      );
    },

    /** Contents of all organizations that nobody refers to. */
    async unused(limit: number): Promise<BlobId[]> {
      const result = await orDatabaseError(() =>
        sql<BlobId>`select organization_id, sha256 from blobs b where ${unused} and not ${hasOpenExecution}
          order by created_at limit ${limit}`.execute(db),
      );
      return result.rows;
    },

    /** Contents of an organization. */
    async someOf(organizationId: OrganizationId, limit: number): Promise<BlobId[]> {
      const result = await orDatabaseError(() =>
        sql<BlobId>`select organization_id, sha256 from blobs
          where organization_id = ${organizationId} limit ${limit}`.execute(db),
      );
      return result.rows;
    },
  };
}

export type BlobStore = ReturnType<typeof createBlobStore>;

const hasOpenExecution = sql<boolean>`exists (
  select from execution_files ef join executions e on e.id = ef.execution_id
  where ef.organization_id = b.organization_id and ef.sha256 = b.sha256 and e.status = any(${[...OPEN_STATUSES]}))`;

const hasFile = sql<boolean>`exists (
  select from files f where f.organization_id = b.organization_id and f.sha256 = b.sha256)`;

/** Says nothing of executions: those are looked at once the row is locked. */
const unused = sql<boolean>`(b.state = 'released'
  or b.state = 'reserved' and b.created_at < clock_timestamp() - ${RESERVED_MINUTES} * interval '1 minute')`;

/** A statement of its own: it sees what was committed while the lock was waited for. */
async function isUsed(db: Db, organizationId: OrganizationId, sha256: string): Promise<boolean> {
  const result = await sql<{ used: boolean }>`select ${hasFile} or ${hasOpenExecution} as used from blobs b
    where organization_id = ${organizationId} and sha256 = ${sha256}`.execute(db);
  return result.rows[0]?.used !== false;
}

async function removeRow(db: Db, { organization_id, sha256 }: BlobId): Promise<void> {
  await sql`delete from execution_files
    where organization_id = ${organization_id} and sha256 = ${sha256}`.execute(db);
  await sql`delete from blobs where organization_id = ${organization_id} and sha256 = ${sha256}`.execute(db);
}

/** Without hindrance for executions, which refer to the row. @throws AppError ORGANIZATION_DELETING */
async function lockOrganization(db: Db, organizationId: OrganizationId): Promise<void> {
  const result = await sql<{ status: string }>`select status from organizations where id = ${organizationId}
    for no key update`.execute(db);
  const status = result.rows[0]?.status ?? 'deleting';
  if (status === 'deleting') throw new AppError('ORGANIZATION_DELETING', 'The organization is being deleted.');
}

type Reservation = { readonly added: readonly { size_bytes: number }[]; readonly bytesMax: number };

async function assertQuota(db: Db, organizationId: OrganizationId, { added, bytesMax }: Reservation): Promise<void> {
  const bytes = await sizeOfAll(db, organizationId);
  if (bytes <= bytesMax) return;
  const addedBytes = added.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  throw new AppError(
    'STORAGE_QUOTA_EXCEEDED',
    `Your organization may store ${String(bytesMax)} bytes: this does not fit in.`,
    {
      details: {
        quota: 'storage_bytes_max',
        limit_bytes: bytesMax,
        used_bytes: bytes - addedBytes,
        needed_bytes: addedBytes,
      },
    },
  );
}

async function sizeOfAll(db: Db, organizationId: OrganizationId): Promise<number> {
  const result = await sql<{ bytes: number | null }>`select sum(size_bytes) as bytes from blobs
    where organization_id = ${organizationId}`.execute(db);
  return result.rows[0]?.bytes ?? 0;
}

async function assertCount(db: Db, organizationId: OrganizationId, added: number): Promise<void> {
  const result = await sql<{ files: string }>`select count(*) as files from files
    where organization_id = ${organizationId}`.execute(db);
  const files = Number(result.rows[0]?.files ?? 0);
  if (files + added <= FILES_PER_ORGANIZATION_MAX) return;
  throw new AppError(
    'STORAGE_QUOTA_EXCEEDED',
    `Your organization may have ${String(FILES_PER_ORGANIZATION_MAX)} files: delete some first.`,
    { details: { limit_files: FILES_PER_ORGANIZATION_MAX, used_files: files } },
  );
}
