/** The short queue of dispatched executions, as api sees it. */
import type { ExecutionJob } from '../contracts/job.ts';
import { openBullQueue, type BullQueueOptions } from './bull-queue.ts';
import { EXECUTIONS_QUEUE } from './keyspace.ts';

export type ExecutionQueueOptions = Pick<BullQueueOptions, 'redisUrl' | 'namespace'> &
  Partial<Pick<BullQueueOptions, 'report'>>;

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openExecutionQueue({ report = () => {}, ...where }: ExecutionQueueOptions) {
  const { call, close } = openBullQueue({ ...where, report, name: EXECUTIONS_QUEUE });
  return {
    /** An id that is already in the queue or running stays as it is. */
    async add(job: ExecutionJob): Promise<void> {
      await call((queue) => queue.add('execution', job, { jobId: job.execution_id }));
    },

    /** Whether the id waits for a worker or runs on one. */
    async has(executionId: string): Promise<boolean> {
      return (await call((queue) => queue.getJobState(executionId))) !== 'unknown';
    },

    /** Takes a waiting id out; a running or unknown one stays as it is. */
    async remove(executionId: string): Promise<void> {
      await call((queue) => queue.remove(executionId));
    },

    close,
  };
}

export type ExecutionQueue = ReturnType<typeof openExecutionQueue>;
