/** What is kept in Redis of an organization and its executions besides the fair index: all of it expires by itself. */
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';

type Deps = {
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'events' | 'cancelMarker' | 'changesPrefix' | 'requestsPrefix'>;
};

/** What an organization's keys were denied is counted under this name, beside what they changed. */
export const deniedCounter = (organizationId: string) => `${organizationId}:denied`;

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
      const counters = [organizationId, deniedCounter(organizationId)];
      const keys = counters.map((counter) => `${keyspace.changesPrefix}:${counter}`);
      await orUnavailable(() => redis.unlink(`${keyspace.requestsPrefix}${organizationId}`, ...keys));
    },
  };
}
