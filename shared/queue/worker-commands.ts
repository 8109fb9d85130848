/**
 * What operators tell a worker: to take no more jobs, or to take them again. The word stands in a key and is announced;
 * the worker reads the key when it hears of it, and now and then anyway. It keeps the word by itself once it has read
 * it, so the key may expire and Redis may be wiped. A worker draws a new id whenever it starts: no word outlives it.
 */
import { z } from 'zod';
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';

export const WorkerCommand = z.enum(['drain', 'resume']);
export type WorkerCommand = z.infer<typeof WorkerCommand>;

/** Longer than any worker is away from Redis and comes back. */
const KEPT_SECONDS = 3_600;

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'workerCommandPrefix' | 'channels'> };

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createWorkerCommands({ redis, keyspace: { workerCommandPrefix, channels } }: Deps) {
  return {
    async give(workerId: string, command: WorkerCommand): Promise<void> {
      const commands = redis
        .pipeline()
        .set(workerCommandPrefix + workerId, command, 'EX', KEPT_SECONDS)
        .publish(channels.workers, workerId);
      await orUnavailable(() => settle(commands.exec()));
    },

    /** The last word; null when there is none, or none any more. */
    async read(workerId: string): Promise<WorkerCommand | null> {
      const text = await orUnavailable(() => redis.get(workerCommandPrefix + workerId));
      return WorkerCommand.safeParse(text).data ?? null;
    },
  };
}
