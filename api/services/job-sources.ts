/** Jobs on their way into the queue learn where their files are to be read: an address that is signed expires. */
import { BlobKey, type BlobSource } from '../../shared/contracts/blob-source.ts';
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import type { UnsourcedJob } from './new-execution.ts';

export type JobSourcesDeps = {
  readonly add: (job: ExecutionJob) => Promise<void>;
  readonly sourceFor: (key: BlobKey) => Promise<BlobSource>;
};

/** @returns the `add` of a queue that takes jobs as rows make them */
export function withSources({ add, sourceFor }: JobSourcesDeps) {
  return async ({ files, ...job }: UnsourcedJob): Promise<void> => {
    if (files === undefined) return add(job);
    const sourced = files.map(async (file) => ({
      ...file,
      source: await sourceFor(BlobKey.parse(`${job.organization_id}/${file.sha256}`)),
    }));
    return add({ ...job, files: await Promise.all(sourced) });
  };
}
