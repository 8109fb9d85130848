/** Contents of organizations: where a worker finds them, and how they go when nobody refers to them any more. */
import type { BlobStorage } from '../../shared/blobs/storage.ts';
import { BlobKey, type BlobSource } from '../../shared/contracts/blob-source.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { BlobId, BlobStore } from '../store/blob-store.ts';
import type { FileStore } from '../store/file-store.ts';

export type BlobsDeps = {
  readonly blobs: Pick<BlobStore, 'unused' | 'removeUnused' | 'removeOfDeleted' | 'someOf'>;
  readonly files: Pick<FileStore, 'removeSome'>;
  readonly storage: Pick<BlobStorage, 'remove' | 'removeAllOf' | 'removeStale' | 'sourceFor'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly now: () => Date;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
  /** Told of what the reconciler's step removed. */
  readonly onRemoved: (count: number) => void;
};

const BATCH = 100;
/** How long an unused content, at most, is still there. */
const LOOK_EVERY_MS = 5_000;
/** After the storage did not answer. */
const REST_MS = 30_000;
const STALE_EVERY_MS = 3_600_000;
/** No upload takes so long. */
const STALE_MS = 86_400_000;

export function createBlobs({ blobs, files, storage, nowMs, now, report, onRemoved }: BlobsDeps) {
  let lookAtMs = -Infinity;
  let staleAtMs = -Infinity;

  const remove = (blob: BlobId) => blobs.removeUnused(blob, () => storage.remove(keyOf(blob)));

  async function removeUnused(): Promise<void> {
    const found = await blobs.unused(BATCH);
    let removed = 0;
    for (const blob of found) if (await remove(blob)) removed += 1;
    if (removed > 0) onRemoved(removed);
    if (found.length < BATCH) lookAtMs = nowMs() + LOOK_EVERY_MS;
  }

  return {
    /** Where a worker finds the content. @throws AppError FILE_STORAGE_UNAVAILABLE */
    async sourceFor(organizationId: OrganizationId, sha256: string): Promise<BlobSource> {
      return storage.sourceFor(keyOf({ organization_id: organizationId, sha256 }));
    },

    /** Removes a content unless somebody refers to it. @returns whether it did */
    remove,

    /**
     * A step of the reconciler: contents whose last reference is gone, and what broken uploads left. A storage that does
     * not answer is left alone for a while: the other steps do without it.
     */
    async sweep(): Promise<void> {
      try {
        if (nowMs() >= lookAtMs) await removeUnused();
        if (nowMs() < staleAtMs) return;
        staleAtMs = nowMs() + STALE_EVERY_MS;
        await storage.removeStale(new Date(now().getTime() - STALE_MS));
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'FILE_STORAGE_UNAVAILABLE')) throw error;
        lookAtMs = nowMs() + REST_MS;
        report('contents could not be removed yet', { error });
      }
    },

    /**
     * Removes every file and content of an organization that is marked as being deleted and has no executions. It can
     * be called again after it broke off.
     * @throws AppError FILE_STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE
     */
    async removeAllOf(organizationId: OrganizationId): Promise<void> {
      while (await files.removeSome(organizationId, BATCH));
      for (let some = await blobs.someOf(organizationId, BATCH); some.length > 0;) {
        for (const blob of some) await blobs.removeOfDeleted(blob, () => storage.remove(keyOf(blob)));
        some = await blobs.someOf(organizationId, BATCH);
      }
      await storage.removeAllOf(organizationId);
    },
  };
}

export type Blobs = ReturnType<typeof createBlobs>;

export function keyOf({ organization_id, sha256 }: BlobId): BlobKey {
  return BlobKey.parse(`${organization_id}/${sha256}`);
}
