/** The short queue of dispatched executions, as api sees it. */
import { Queue } from 'bullmq';
import type { ExecutionJob } from '../contracts/job.ts';
import { orUnavailable, redisOptions } from './connection.ts';
import { within } from '../platform/deadline.ts';
import { createKeyspace, EXECUTIONS_QUEUE } from './keyspace.ts';

/** Longer than a command's own time-out: it also covers waiting for a connection that was never there. */
const CALL_TIMEOUT_MS = 1_200;
/** BullMQ's stream of its own events, which nobody here reads. */
const BULLMQ_EVENTS_MAX = 100;

export type ExecutionQueueOptions = {
  readonly redisUrl: string;
  readonly namespace: string;
  /** Told of every failed connection. */
  readonly report?: (error: unknown) => void;
};

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openExecutionQueue({ redisUrl, namespace, report = () => {} }: ExecutionQueueOptions) {
  const queue = new Queue(EXECUTIONS_QUEUE, {
    // Without the version check, whose time-out at a frozen Redis would make this queue useless for good.
    connection: { ...redisOptions(redisUrl, 'command'), skipVersionCheck: true },
    prefix: createKeyspace(namespace).prefix,
    defaultJobOptions: { attempts: 1, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
    streams: { events: { maxLen: BULLMQ_EVENTS_MAX } },
  });
  queue.on('error', report);
  const call = <T>(work: () => Promise<T>) => orUnavailable(() => within(CALL_TIMEOUT_MS, work()));

  return {
    /** An id that is already in the queue or running stays as it is. */
    async add(job: ExecutionJob): Promise<void> {
      await call(() => queue.add('execution', job, { jobId: job.execution_id }));
    },

    /** Whether the id waits for a worker or runs on one. */
    async has(executionId: string): Promise<boolean> {
      return (await call(() => queue.getJobState(executionId))) !== 'unknown';
    },

    /** Takes a waiting id out; a running or unknown one stays as it is. */
    async remove(executionId: string): Promise<void> {
      await call(() => queue.remove(executionId));
    },

    /** Breaks the connection off; at once also when Redis is away, where BullMQ's own closing hangs. */
    async close(): Promise<void> {
      await queue.getBackend().close(true);
    },
  };
}

export type ExecutionQueue = ReturnType<typeof openExecutionQueue>;
