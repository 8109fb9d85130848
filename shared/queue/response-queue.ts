/**
 * The queue of responses in the background. A job says that there is something to do, to one process that has room; which
 * response that process takes up is told by the rows.
 */
import type { ResponseId } from '../contracts/ids.ts';
import { openIdConsumer, openIdQueue, type IdConsumerOptions, type IdQueueOptions } from './id-queue.ts';
import { RESPONSES_QUEUE } from './keyspace.ts';

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openResponseQueue(options: Omit<IdQueueOptions, 'name'>) {
  const { add, close } = openIdQueue({ ...options, name: RESPONSES_QUEUE });
  return {
    /**
     * Jobs for each time that a response is to be taken up: the job of a process that is gone keeps off no new one.
     * @param looks how many jobs for each; those that are still in the queue are not added again
     */
    async add(due: readonly { readonly id: ResponseId; readonly attempt: number }[], looks: number): Promise<void> {
      const numbers = Array.from({ length: looks }, (_, index) => String(index + 1));
      await add(due.flatMap(({ id, attempt }) => numbers.map((look) => `${id}-${String(attempt)}-${look}`)));
    },
    close,
  };
}

export function openResponseConsumer(options: Omit<IdConsumerOptions, 'name'>) {
  return openIdConsumer({ ...options, name: RESPONSES_QUEUE });
}
