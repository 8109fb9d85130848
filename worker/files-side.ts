/** What the worker does with files: read from their storage, keep for a while, hand to runs that have room for them. */
import { createBlobReader } from '../shared/blobs/read.ts';
import type { Lifecycle } from '../shared/platform/lifecycle.ts';
import type { WorkerConfig } from './config.ts';
import { createFileCache, type FileCacheDeps } from './files/file-cache.ts';
import { createJobFiles } from './files/job-files.ts';
import { storeContent } from './files/stored-file.ts';
import { createRoomForFiles, type RoomDeps } from './pool/room-for-files.ts';

const SWEEP_MS = 10_000;

export type FilesSideDeps = Pick<RoomDeps, 'acquire' | 'report'> & {
  readonly config: Pick<WorkerConfig, 'filesDirectory' | 'fileCache' | 'memoryMib' | 'runtime'>;
  readonly setMemory: NonNullable<RoomDeps['setMemory']>;
  readonly lifecycle: Pick<Lifecycle, 'onClose'>;
  readonly metrics: { readonly countContents: FileCacheDeps['onOutcome'] };
};

export function createFilesSide({ config, acquire, setMemory, report, lifecycle, metrics }: FilesSideDeps) {
  const { open } = createBlobReader({ directory: config.filesDirectory });
  const storing = { directory: config.fileCache.directory, open };
  const cache = createFileCache(
    {
      store: (wanted, signal) => storeContent(storing, wanted, signal),
      onOutcome: metrics.countContents,
      nowMs: () => performance.now(),
    },
    config.fileCache,
  );
  const sweeping = setInterval(cache.sweep, SWEEP_MS).unref();
  lifecycle.onClose('file cache', () => {
    clearInterval(sweeping);
    cache.close();
  });
  // gVisor has no way to change the limits of a sandbox.
  const room = { acquire, report, setMemory: config.runtime === 'runc' ? setMemory : undefined };
  return { files: createJobFiles({ cache }), pool: { acquire: createRoomForFiles(room, config.memoryMib) } };
}
