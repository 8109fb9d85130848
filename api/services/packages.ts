/** What code can import, as the workers' image says. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { PackageList, WorkerStatus } from '../../shared/contracts/worker-status.ts';

export type PackagesDeps = { readonly heartbeats: { list(): Promise<WorkerStatus[]> } };

const RETRY_AFTER_SECONDS = 5;

export function createPackages({ heartbeats }: PackagesDeps) {
  let known: PackageList | undefined;

  return {
    /**
     * The list of the worker that spoke last; while none lives, the last one known to this process.
     * @throws AppError NO_WORKER, QUEUE_UNAVAILABLE
     */
    async list(): Promise<PackageList> {
      known = newestList(await heartbeats.list().catch(unlessKnown)) ?? known;
      if (known !== undefined) return known;
      throw new AppError('NO_WORKER', 'No worker has told of its packages yet; try again shortly.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
  };

  function unlessKnown(error: unknown): WorkerStatus[] {
    if (known === undefined) throw error;
    return [];
  }
}

export type Packages = ReturnType<typeof createPackages>;

function newestList(workers: readonly WorkerStatus[]): PackageList | undefined {
  const telling = workers.filter((worker) => worker.packages !== null);
  return telling.sort((one, other) => other.beat_at_ms - one.beat_at_ms)[0]?.packages ?? undefined;
}
