/** What may stay in Redis when no execution is open. Pure. */
import { EXECUTIONS_QUEUE, RESPONSES_QUEUE, WEBHOOKS_QUEUE, type Keyspace } from '../../shared/queue/keyspace.ts';

export type KeySeen = {
  readonly name: string;
  /** Entries of a stream, set or hash; 1 for a string. */
  readonly size: number;
  /** Null for a key that stays for good. */
  readonly expiresInMs: number | null;
};

/** BullMQ's own bookkeeping, which does not grow with jobs. */
const BULLMQ_FIXED = ['meta', 'id', 'events', 'stalled-check', 'marker'];

/** @returns keys that should be gone */
export function keysLeft(keys: readonly KeySeen[], keyspace: Keyspace): KeySeen[] {
  const { prefix, fairIndex } = keyspace;
  const fixed = new Set([
    ...[fairIndex.state, fairIndex.tags, fairIndex.settings],
    ...[keyspace.workers, keyspace.seenWorkers, keyspace.deployment],
    ...[EXECUTIONS_QUEUE, RESPONSES_QUEUE, WEBHOOKS_QUEUE].flatMap((queue) =>
      BULLMQ_FIXED.map((name) => `${prefix}:${queue}:${name}`),
    ),
  ]);
  // They expire by themselves a while after the last use.
  const passing = [
    keyspace.events(''),
    keyspace.cancelMarker(''),
    keyspace.workerPrefix,
    keyspace.seenWorkerPrefix,
    keyspace.failuresPrefix,
    keyspace.requestsPrefix,
    keyspace.knownModels,
  ];
  return keys.filter(({ name, size, expiresInMs }) => {
    if (fixed.has(name)) return false;
    if (name === keyspace.results) return size > 0;
    return expiresInMs === null || !passing.some((start) => name.startsWith(start));
  });
}
