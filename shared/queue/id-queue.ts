/**
 * A queue whose jobs are ids alone: everything else is read from the row when a job is taken. What Redis loses is put in
 * again, for rows tell what is due.
 */
import { Queue, Worker } from 'bullmq';
import { within } from '../platform/deadline.ts';
import { orUnavailable, redisOptions } from './connection.ts';
import { createKeyspace } from './keyspace.ts';

/** Longer than a command's own time-out: it also covers waiting for a connection that was never there. */
const CALL_TIMEOUT_MS = 1_200;
/** BullMQ's stream of its own events, which nobody here reads. */
const BULLMQ_EVENTS_MAX = 100;
/** The job of a killed process goes to another one after this and one sweep. */
const LOCK_MS = 15_000;
const SWEEP_MS = 5_000;
const READ_SECONDS = 1;
const RETRY_MS = 500;
/** Never reached: how often something is attempted is told by its row. */
const STALLED_MAX = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

export type IdQueueOptions = {
  /** Its keys are `<prefix>:<name>:*`. */
  readonly name: string;
  readonly redisUrl: string;
  readonly namespace: string;
  /** Told of every failed connection. */
  readonly report: (error: unknown) => void;
};

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openIdQueue({ name, redisUrl, namespace, report }: IdQueueOptions) {
  const queue = new Queue(name, {
    connection: { ...redisOptions(redisUrl, 'command'), skipVersionCheck: true },
    prefix: createKeyspace(namespace).prefix,
    defaultJobOptions: { attempts: 1, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
    streams: { events: { maxLen: BULLMQ_EVENTS_MAX } },
  });
  queue.on('error', report);
  const call = <T>(work: () => Promise<T>) => orUnavailable(() => within(CALL_TIMEOUT_MS, work()));

  return {
    /** Ids that are already in the queue stay as they are. */
    async add(ids: readonly string[]): Promise<void> {
      await call(() => queue.addBulk(ids.map((id) => ({ name, data: { id }, opts: { jobId: id } }))));
    },

    /** How many wait for a process. */
    async waiting(): Promise<number> {
      return call(() => queue.getWaitingCount());
    },

    /** Breaks the connection off; at once also when Redis is away, where BullMQ's own closing hangs. */
    async close(): Promise<void> {
      await queue.getBackend().close(true);
    },
  };
}

export type IdConsumerOptions = IdQueueOptions & {
  /** Jobs under way at a time. */
  readonly concurrency: number;
  /** Never rejects: the row tells what came of it. */
  readonly process: (id: string) => Promise<void>;
};

export function openIdConsumer({ name, redisUrl, namespace, concurrency, process, report }: IdConsumerOptions) {
  const running = new Set<Promise<void>>();

  async function take(data: unknown): Promise<void> {
    const id = idIn(data);
    if (typeof id !== 'string') return; // a later version's; its row is put in again
    const run = process(id).finally(() => running.delete(run));
    running.add(run);
    await run;
  }

  const worker = new Worker(name, (job) => take(job.data), {
    connection: redisOptions(redisUrl, 'blocking'),
    prefix: createKeyspace(namespace).prefix,
    autorun: false,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: SWEEP_MS,
    maxStalledCount: STALLED_MAX,
    drainDelay: READ_SECONDS,
    runRetryDelay: RETRY_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('error', report);

  return {
    /** Begins to take jobs; connects as long as it takes. */
    start(): void {
      worker.run().catch(report);
    },
    /** Waits for what is under way, then leaves Redis, also when that is away. */
    async close(): Promise<void> {
      await worker.pause(true);
      await Promise.all(running);
      await within(CLOSE_TIMEOUT_MS, worker.close()).catch(async () => {
        worker.disconnect().catch(() => undefined); // settles only for a connection that exists
        await within(CLOSE_TIMEOUT_MS, worker.getBackend().close(true)).catch(() => undefined);
      });
    },
  };
}

function idIn(data: unknown): unknown {
  return data !== null && typeof data === 'object' && 'id' in data ? data.id : undefined;
}
