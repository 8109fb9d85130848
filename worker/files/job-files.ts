/** The files of one job, from the cache or their storage, for as long as its run needs them. */
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import type { FileCache, HeldContent } from './file-cache.ts';

/** A file on its way into a sandbox. */
export type FileToPut = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly chunks: HeldContent['chunks'];
};

export type HeldFiles = { readonly files: readonly FileToPut[]; readonly release: () => void };

/** The files of a job cannot be had on this worker, now. */
export class FilesUnavailable extends Error {}

const NONE: HeldFiles = { files: [], release: () => undefined };

export function createJobFiles({ cache }: { readonly cache: Pick<FileCache, 'hold'> }) {
  return {
    /** @throws FilesUnavailable, or the reason of `signal` when that is aborted first; nothing is held then */
    async hold(job: ExecutionJob, signal: AbortSignal): Promise<HeldFiles> {
      const { files = [], organization_id: organizationId } = job;
      if (files.length === 0) return NONE;
      const failure = new AbortController();
      const either = AbortSignal.any([signal, failure.signal]);
      const settled = await Promise.allSettled(
        files.map(async ({ sha256, size_bytes: sizeBytes, source }) => {
          try {
            return await cache.hold({ organizationId, sha256, sizeBytes, source }, either);
          } catch (error) {
            failure.abort(error);
            throw error;
          }
        }),
      );
      const held = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const release = () => {
        for (const content of held) content.release();
      };
      if (held.length === files.length) return { files: files.flatMap((file, at) => toPut(file, held[at])), release };
      release();
      signal.throwIfAborted();
      throw new FilesUnavailable('The files of an execution cannot be had', { cause: failure.signal.reason });
    },
  };
}

export type JobFiles = ReturnType<typeof createJobFiles>;

function toPut({ name, size_bytes: sizeBytes }: { name: string; size_bytes: number }, held: HeldContent | undefined) {
  return held === undefined ? [] : [{ name, sizeBytes, chunks: held.chunks }];
}
