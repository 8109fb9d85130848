/**
 * Asking a running execution to stop. The order that loses none: api updates the row, then asks here (marker first, then
 * the announcement), then takes the id out of the index; the worker registers the run first, then looks for the marker.
 */
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';

/** Longer than any execution waits in the short queue and runs. */
const MARKER_SECONDS = 3_600;

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'cancelMarker' | 'channels'> };

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createCancels({ redis, keyspace }: Deps) {
  return {
    async request(executionId: string): Promise<void> {
      const marker = keyspace.cancelMarker(executionId);
      const commands = redis
        .pipeline()
        .set(marker, '1', 'EX', MARKER_SECONDS)
        .publish(keyspace.channels.cancel, executionId);
      await orUnavailable(() => settle(commands.exec()));
    },
    isRequested: (executionId: string): Promise<boolean> =>
      orUnavailable(async () => (await redis.exists(keyspace.cancelMarker(executionId))) === 1),
    async clear(executionId: string): Promise<void> {
      await orUnavailable(() => redis.unlink(keyspace.cancelMarker(executionId)));
    },
  };
}

export type Cancels = ReturnType<typeof createCancels>;
