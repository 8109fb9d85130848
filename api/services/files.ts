/** Reading and deleting files. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { checkingDigest } from '../../shared/blobs/digest.ts';
import type { BlobStorage, ByteRange } from '../../shared/blobs/storage.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { FileQuery, FileSearch, FileStore } from '../store/file-store.ts';
import type { FileRow } from '../store/schema.ts';
import { keyOf, type Blobs } from './blobs.ts';

export type FilesDeps = {
  readonly store: Pick<FileStore, 'find' | 'list' | 'search' | 'remove'>;
  readonly storage: Pick<BlobStorage, 'read'>;
  readonly blobs: Pick<Blobs, 'remove'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type FilePage = { readonly rows: readonly FileRow[]; readonly hasMore: boolean };

export function createFiles({ store, storage, blobs, report }: FilesDeps) {
  async function find(organizationId: OrganizationId, id: FileId): Promise<FileRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchFile();
    return row;
  }

  return {
    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    read: find,

    /** @throws AppError NOT_FOUND when `after` names no file of the organization */
    async list(organizationId: OrganizationId, query: FileQuery): Promise<FilePage> {
      const rows = await store.list(organizationId, query);
      if (rows.length === 0 && query.after !== undefined) await assertCursor(organizationId, query.after);
      return { rows: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
    },

    async search(organizationId: OrganizationId, query: FileSearch) {
      return store.search(organizationId, query);
    },

    /**
     * The whole content is compared with its digest as it passes: the stream fails before its last bytes if it is
     * another. A part is not: nothing tells what it should be.
     * @throws AppError FILE_STORAGE_UNAVAILABLE
     */
    async openContent(row: FileRow, range: ByteRange | undefined): Promise<Readable> {
      const content = await storage.read(keyOf(row), range);
      if (range !== undefined) return content;
      const checked = checkingDigest(row.sha256);
      pipeline(content, checked, (error) => {
        if (error instanceof AppError) report('a content is damaged', { fileId: row.id, sha256: row.sha256, error });
      });
      return checked;
    },

    /** The content goes with it, unless another file has the same or an open execution was given it. */
    async delete(organizationId: OrganizationId, id: FileId): Promise<void> {
      const removed = await store.remove(organizationId, id);
      if (removed === undefined) throw noSuchFile();
      if (!removed.isReleased) return;
      // The file is gone whatever comes of this: the reconciler tries again.
      await blobs.remove({ organization_id: organizationId, sha256: removed.sha256 }).catch((error: unknown) => {
        report('a content could not be removed yet', { sha256: removed.sha256, error });
      });
    },
  };

  async function assertCursor(organizationId: OrganizationId, after: FileId): Promise<void> {
    if ((await store.find(organizationId, after)) === undefined) throw noSuchFile('after');
  }
}

export type Files = ReturnType<typeof createFiles>;

function noSuchFile(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such file.', param === undefined ? {} : { param });
}
