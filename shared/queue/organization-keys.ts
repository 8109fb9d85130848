/** What is kept in Redis of an organization and its executions besides the fair index: all of it expires by itself. */
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';

type Deps = {
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'events' | 'cancelMarker' | 'changesPrefix' | 'denialsPrefix' | 'requestsPrefix'>;
};

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createOrganizationKeys({ redis, keyspace }: Deps) {
  return {
    /** Streams and cancel markers of executions that nobody asks for any more. */
    async forgetExecutions(executionIds: readonly string[]): Promise<void> {
      const keys = executionIds.flatMap((id) => [keyspace.events(id), keyspace.cancelMarker(id)]);
      if (keys.length > 0) await orUnavailable(() => redis.unlink(...keys));
    },
    /** How much it did lately. */
    async forgetOrganization(organizationId: string): Promise<void> {
      const limiters = [keyspace.changesPrefix, keyspace.denialsPrefix].map((prefix) => `${prefix}:${organizationId}`);
      await orUnavailable(() => redis.unlink(`${keyspace.requestsPrefix}${organizationId}`, ...limiters));
    },
  };
}
