/** The short queue of dispatched executions, as a worker sees it. */
import { WaitingError, Worker, type Job } from 'bullmq';
import { ExecutionJob } from '../contracts/job.ts';
import { z } from 'zod';
import { pause, within } from '../platform/deadline.ts';
import { bullWorkerOptions, closeBullWorker } from './bull-worker.ts';
import { EXECUTIONS_QUEUE } from './keyspace.ts';
import { renewLock } from './lock-renewal.ts';

/** A killed worker's job runs elsewhere after at most this and one sweep. */
const LOCK_MS = 4_000;
const LOCK_RENEWAL_MS = LOCK_MS / 4;
const SWEEP_MS = 1_000;
const HAND_BACK_TIMEOUT_MS = 2_000;
const UNREADABLE_PAUSE_MS = 1_000;

/** BullMQ counts lost workers; lost sandboxes are counted beside the job. */
const CarriedJob = ExecutionJob.extend({ losses: z.int().default(0) });
type CarriedJob = z.infer<typeof CarriedJob>;

export type HandBack = 'loss' | 'no loss';

export type Run = {
  readonly job: ExecutionJob;
  /** How often the job was started, from 1; begins again when the job is dispatched again. */
  readonly attempt: number;
  /** How often a worker, or a sandbox, was lost with the job. */
  readonly lostBefore: number;
  /** Aborted when the lock is lost: the job runs elsewhere, or will. */
  readonly signal: AbortSignal;
  /** Call it and end: the job waits again for any worker. `loss` says whether that counts as one. */
  readonly handBack: (reason: HandBack) => void;
};

export type ExecutionConsumerOptions = {
  readonly redisUrl: string;
  readonly namespace: string;
  /** Jobs that run at a time. */
  readonly slots: number;
  /** Runs one job and posts its report. When it rejects, the job counts as lost and runs again once its lock has expired. */
  readonly process: (run: Run) => Promise<void>;
  /** `connection_failed`, `run_failed`, `lock_lost`, `lock_renewal_failed`, `job_unreadable`, `give_back_failed`. */
  readonly report: (event: string, detail: unknown) => void;
};

type Held = { readonly job: Job; readonly token: string };

export function openExecutionConsumer(options: ExecutionConsumerOptions) {
  const { slots, report } = options;
  // BullMQ hands a signal only to a processor with three parameters; ours has its own, and returns nothing, for a
  // return value would be copied into BullMQ's event stream.
  const worker = new Worker(EXECUTIONS_QUEUE, (job, token) => track(take({ job, token: token ?? '' })), {
    ...bullWorkerOptions(options),
    concurrency: slots,
    lockDuration: LOCK_MS,
    skipLockRenewal: true,
    stalledInterval: SWEEP_MS,
  });
  worker.on('error', (error) => {
    report('connection_failed', error);
  });

  const closing = new AbortController();
  /** What `close` waits for: only our own work, for BullMQ's may hang as long as Redis is away. */
  const running = new Set<Promise<void>>();
  function track(run: Promise<void>): Promise<void> {
    const ended = run
      .catch(() => {})
      .finally(() => {
        running.delete(ended);
      });
    running.add(ended);
    return run;
  }

  async function take(held: Held): Promise<void> {
    // A blocking read that was under way when the consumer was paused still brings one job.
    if (worker.isPaused()) await handBack(held, report);
    const job = CarriedJob.safeParse(held.job.data);
    if (job.success) return runLocked(held, job.data, options);
    report('job_unreadable', { executionId: held.job.id, error: job.error });
    // A worker of another version may understand it.
    await pause(UNREADABLE_PAUSE_MS, closing.signal);
    await handBack(held, report);
  }

  return {
    /** Begins to take jobs; connects as long as it takes. */
    start(): void {
      worker.run().catch((error: unknown) => {
        report('connection_failed', error);
      });
    },
    /** Takes no new job from now on; running ones go on. */
    async pause(): Promise<void> {
      await worker.pause(true);
    },
    resume(): void {
      void worker.resume();
    },
    isPaused: (): boolean => worker.isPaused(),
    /** Waits for running jobs as long as they take, then leaves Redis, also when that is away. */
    async close(): Promise<void> {
      closing.abort();
      await closeBullWorker(worker, running);
    },
  };
}

/** Never returns: its error tells BullMQ to leave the job where it is now. Its lock expires where that fails. */
async function handBack({ job, token }: Held, report: ExecutionConsumerOptions['report']): Promise<never> {
  await within(HAND_BACK_TIMEOUT_MS, job.moveToWait(token)).catch((error: unknown) => {
    report('give_back_failed', { executionId: job.id, error });
  });
  throw new WaitingError('given back');
}

async function runLocked(held: Held, carried: CarriedJob, options: ExecutionConsumerOptions): Promise<void> {
  const { job: bullJob, token } = held;
  const { losses, ...job } = carried;
  let handedBack: HandBack | undefined;
  const lost = new AbortController();
  const detail = { executionId: job.execution_id, attempt: bullJob.attemptsStarted };
  const stopRenewal = renewLock({
    extend: () => bullJob.extendLock(token, LOCK_MS),
    intervalMs: LOCK_RENEWAL_MS,
    onLost: () => {
      options.report('lock_lost', detail);
      lost.abort(new Error('the job runs elsewhere'));
    },
    onError: (error) => {
      options.report('lock_renewal_failed', { ...detail, error });
    },
  });
  try {
    await options.process({
      job,
      attempt: bullJob.attemptsStarted,
      lostBefore: bullJob.stalledCounter + losses,
      signal: lost.signal,
      handBack: (reason) => {
        handedBack = reason;
      },
    });
    if (handedBack === 'loss') await bullJob.updateData({ ...carried, losses: losses + 1 });
  } catch (error) {
    if (!lost.signal.aborted) options.report('run_failed', { ...detail, error });
    throw new WaitingError('lost');
  } finally {
    stopRenewal();
  }
  if (lost.signal.aborted) throw new WaitingError('lost');
  if (handedBack !== undefined) await handBack(held, options.report);
}
