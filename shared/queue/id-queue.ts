/**
 * A queue whose jobs are ids alone: everything else is read from the row when a job is taken. What Redis loses is put in
 * again, for rows tell what is due.
 */
import { Worker } from 'bullmq';
import { openBullQueue, type BullQueueOptions } from './bull-queue.ts';
import { bullWorkerOptions, closeBullWorker } from './bull-worker.ts';

/** The job of a killed process goes to another one after this and one sweep. */
const LOCK_MS = 15_000;
const SWEEP_MS = 5_000;

export type IdQueueOptions = BullQueueOptions;

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openIdQueue(options: IdQueueOptions) {
  const { call, close } = openBullQueue(options);
  const { name } = options;
  return {
    /** Ids that are already in the queue stay as they are. */
    async add(ids: readonly string[]): Promise<void> {
      await call((queue) => queue.addBulk(ids.map((id) => ({ name, data: { id }, opts: { jobId: id } }))));
    },

    /** How many wait for a process. */
    waiting: (): Promise<number> => call((queue) => queue.getWaitingCount()),

    close,
  };
}

export type IdConsumerOptions = IdQueueOptions & {
  /** Jobs under way at a time. */
  readonly concurrency: number;
  /** Never rejects: the row tells what came of it. */
  readonly process: (id: string) => Promise<void>;
};

export function openIdConsumer({ name, concurrency, process, report, ...where }: IdConsumerOptions) {
  const running = new Set<Promise<void>>();

  async function take(data: unknown): Promise<void> {
    const id = idIn(data);
    if (typeof id !== 'string') return; // a later version's; its row is put in again
    const run = process(id).finally(() => running.delete(run));
    running.add(run);
    await run;
  }

  const worker = new Worker(name, (job) => take(job.data), {
    ...bullWorkerOptions(where),
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: SWEEP_MS,
  });
  worker.on('error', report);

  return {
    /** Begins to take jobs; connects as long as it takes. */
    start(): void {
      worker.run().catch(report);
    },
    /** Waits for what is under way, then leaves Redis, also when that is away. */
    close: (): Promise<void> => closeBullWorker(worker, running),
  };
}

function idIn(data: unknown): unknown {
  return data !== null && typeof data === 'object' && 'id' in data ? data.id : undefined;
}
