/** Health check of a worker's container: 0 when the worker in it beats, its engine answers and its image is known. */
import { hostname } from 'node:os';
import { openRedis, whenReady } from '../../shared/queue/connection.ts';
import { createHeartbeats } from '../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../shared/queue/keyspace.ts';
import { readConfig } from '../../worker/config.ts';

async function isHealthy(): Promise<boolean> {
  const { redisUrl, namespace } = readConfig();
  const redis = openRedis(redisUrl, 'command', () => undefined);
  try {
    await whenReady(redis);
    const workers = await createHeartbeats({ redis, keyspace: createKeyspace(namespace) }).list();
    return workers.some(({ host, engine, packages }) => host === hostname() && engine.healthy && packages !== null);
  } finally {
    redis.disconnect();
  }
}

process.exitCode = (await isHealthy().catch(() => false)) ? 0 : 1;
