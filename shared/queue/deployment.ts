/** The name of this installation, by which its workers know their own containers on a shared engine. */
import { randomUUID } from 'node:crypto';
import { orUnavailable, whenReady, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';

/** Asked once at start, when the connection may be as young as the process. */
const CONNECT_TIMEOUT_MS = 10_000;

export type DeploymentDeps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'deployment'> };

export function createDeployment({ redis, keyspace }: DeploymentDeps) {
  return {
    /**
     * The name, made by whoever asks first; it lives as long as Redis keeps its data.
     * @throws AppError QUEUE_UNAVAILABLE after 10 s without Redis
     */
    async read(): Promise<string> {
      const made = randomUUID();
      await whenReady(redis, CONNECT_TIMEOUT_MS);
      return (await orUnavailable(() => redis.set(keyspace.deployment, made, 'NX', 'GET'))) ?? made;
    },
  };
}
