/** Wires what belongs to files: taking them in, giving them out, and removing what nobody refers to. */
import type { BlobStorage } from '../shared/blobs/storage.ts';
import { FileId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Stores } from './open-adapters.ts';
import { createBlobs } from './services/blobs.ts';
import { createFiles } from './services/files.ts';
import type { OrganizationSettingsReader } from './services/organization-settings.ts';
import { createUploads } from './services/uploads.ts';

export type FileServiceDeps = {
  readonly stores: Pick<Stores, 'blobs' | 'files'>;
  readonly storage: BlobStorage;
  readonly settings: OrganizationSettingsReader;
  readonly metrics: Pick<ApiMetrics, 'onReconciled'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createFileServices({ stores, storage, settings, metrics, nowMs, report }: FileServiceDeps) {
  const blobs = createBlobs({
    blobs: stores.blobs,
    files: stores.files,
    storage,
    nowMs,
    now: () => new Date(),
    report,
    onRemoved: (count) => {
      metrics.onReconciled('contents_removed', count);
    },
  });
  return {
    blobs,
    files: createFiles({ store: stores.files, storage, blobs, report }),
    uploads: createUploads({
      store: stores.blobs,
      storage,
      settings,
      newFileId: () => FileId.parse(newId('file')),
      report,
    }),
  };
}
