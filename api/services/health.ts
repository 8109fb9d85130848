/** Whether this process can serve: what it depends on, each asked for a second at most. */
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';
import { within } from '../../shared/platform/deadline.ts';

export type HealthDeps = {
  readonly pingDatabase: () => Promise<void>;
  readonly heartbeats: { list(): Promise<WorkerStatus[]> };
  readonly isClosing: () => boolean;
};

export type Part = { readonly ok: boolean; readonly detail: string };
export type Readiness = {
  readonly ready: boolean;
  readonly parts: Readonly<Record<'api' | 'database' | 'redis' | 'workers', Part>>;
};

const PART_TIMEOUT_MS = 1_000;

export function createHealth({ pingDatabase, heartbeats, isClosing }: HealthDeps) {
  return {
    async readiness(): Promise<Readiness> {
      const [database, workers] = await Promise.allSettled([
        within(PART_TIMEOUT_MS, pingDatabase()),
        within(PART_TIMEOUT_MS, heartbeats.list()),
      ]);
      const parts = {
        api: isClosing() ? { ok: false, detail: 'closing' } : { ok: true, detail: 'serving' },
        database: answered(database),
        redis: answered(workers),
        workers: workers.status === 'fulfilled' ? workersPart(workers.value) : { ok: false, detail: 'not known' },
      };
      return { ready: Object.values(parts).every((part) => part.ok), parts };
    },
  };
}

export type Health = ReturnType<typeof createHealth>;

/** Pure. */
export function workersPart(workers: readonly WorkerStatus[]): Part {
  if (workers.length === 0) return { ok: false, detail: 'no live worker' };
  const able = workers.filter(takesJobs);
  if (able.length > 0)
    return { ok: true, detail: `${String(able.length)} of ${String(workers.length)} take executions` };
  // What operators hold back is no failure: executions are taken in, and wait.
  const held = workers.filter((worker) => worker.paused && worker.engine.healthy && !worker.draining);
  if (held.length > 0) return { ok: true, detail: 'operators hold the workers' };
  const sick = workers.find((worker) => !worker.engine.healthy);
  return {
    ok: false,
    // Why is in the worker's log and heartbeat: this answer is public.
    detail: sick === undefined ? 'all workers are ending' : 'no engine that can start sandboxes',
  };
}

/** Whether the worker takes new executions. Pure. */
export function takesJobs(worker: WorkerStatus): boolean {
  return worker.engine.healthy && !worker.draining && !worker.paused;
}

function answered(outcome: PromiseSettledResult<unknown>): Part {
  return outcome.status === 'fulfilled' ? { ok: true, detail: 'answers' } : { ok: false, detail: 'does not answer' };
}
