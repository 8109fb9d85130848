/** Whether the fair index knows ids: for the reconciler, which looks for what a crash kept out of it. */
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'fairIndex'> };

export function createIndexMembership({ redis, keyspace }: Deps) {
  return {
    /**
     * Those of the ids that are neither queued nor in flight, in one round trip.
     * @throws AppError QUEUE_UNAVAILABLE
     */
    async unknownOf(executionIds: readonly string[]): Promise<string[]> {
      if (executionIds.length === 0) return [];
      const entries = await orUnavailable(() => redis.hmget(keyspace.fairIndex.entries, ...executionIds));
      return executionIds.filter((_id, at) => entries[at] === null);
    },
  };
}
