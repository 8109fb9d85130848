/** The keys of the fair index in the order in which its scripts take them. */
import type { QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { createScript } from './script.ts';

export type FairIndexRedis = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'fairIndex'> };

/** @returns a function that runs the script; it throws AppError QUEUE_UNAVAILABLE when Redis is away */
export function bindScript({ redis, keyspace }: FairIndexRedis, lua: string) {
  const { state, ready, tags, entries, inFlight, queuedBytes, running, settings, members, backlogPrefix } =
    keyspace.fairIndex;
  const keys = [state, ready, tags, entries, inFlight, queuedBytes, running, settings, members, backlogPrefix];
  const script = createScript(redis, lua);
  return (args: readonly (string | number)[]) => script(keys, args);
}
