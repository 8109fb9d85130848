/** Opens everything that talks to PostgreSQL and Redis. */
import type { Lifecycle } from '../shared/platform/lifecycle.ts';
import type { Log } from '../shared/platform/log.ts';
import { createQuietWarning } from '../shared/platform/quiet-warning.ts';
import { createCancels } from '../shared/queue/cancels.ts';
import { openRedis } from '../shared/queue/connection.ts';
import { openExecutionQueue } from '../shared/queue/execution-queue.ts';
import { createFairIndex } from '../shared/queue/fair-index.ts';
import { createHeartbeats } from '../shared/queue/heartbeats.ts';
import { createIndexMembership } from '../shared/queue/index-membership.ts';
import { createKeyspace } from '../shared/queue/keyspace.ts';
import { createDoneNotifier, createEventReader, createEventWriter } from '../shared/queue/live-events.ts';
import { createFailureLimiter } from '../shared/queue/rate-limit.ts';
import { createResultBacklog } from '../shared/queue/results.ts';
import { openSubscriber } from '../shared/queue/subscriber.ts';
import type { Config } from './config.ts';
import { createApiKeyStore } from './store/api-key-store.ts';
import { createBacklogStore } from './store/backlog-store.ts';
import { createDatabaseHealth } from './store/database-health.ts';
import { openDatabase } from './store/database.ts';
import { createDispatchStore } from './store/dispatch-store.ts';
import { createExecutionStore } from './store/execution-store.ts';
import { createIdempotencyStore } from './store/idempotency-store.ts';
import { createReconcileStore } from './store/reconcile-store.ts';
import { createResultStore } from './store/result-store.ts';

const FAILED_KEYS_SECONDS = 60;

export type OpenDeps = { readonly config: Config; readonly log: Log; readonly lifecycle: Lifecycle };

export function openStores({ config, log, lifecycle }: OpenDeps) {
  const { db, close } = openDatabase({
    url: config.DATABASE_URL,
    connectionsMax: config.DATABASE_CONNECTIONS_MAX,
    prepare: config.DATABASE_PREPARED_STATEMENTS === 'on',
    report: (error) => {
      log.warn({ err: error }, 'a database connection failed');
    },
  });
  lifecycle.onClose('database', close);
  return {
    apiKeys: createApiKeyStore({ db }),
    executions: createExecutionStore({ db }),
    dispatch: createDispatchStore({ db }),
    results: createResultStore({ db }),
    idempotency: createIdempotencyStore({ db }),
    reconcile: createReconcileStore({ db }),
    backlog: createBacklogStore({ db }),
    health: createDatabaseHealth({ db }),
    db,
  };
}

export type Stores = ReturnType<typeof openStores>;

export function openQueues({ config, log, lifecycle }: OpenDeps) {
  const { REDIS_URL: redisUrl, REDIS_NAMESPACE: namespace } = config;
  const warn = createQuietWarning(log);
  const report = (error: unknown) => {
    warn({ err: error }, 'a Redis connection failed');
  };
  const keyspace = createKeyspace(namespace);
  const redis = openRedis(redisUrl, 'command', report);
  lifecycle.onClose('redis', () => {
    redis.disconnect();
  });
  const queue = openExecutionQueue({ redisUrl, namespace, report });
  lifecycle.onClose('queue', () => queue.close());
  const subscriber = openSubscriber({ redisUrl, keyspace, report });
  lifecycle.onClose('subscriber', () => subscriber.close());
  const connection = { redis, keyspace };
  return {
    redis,
    keyspace,
    queue,
    subscriber,
    fairIndex: createFairIndex({
      ...connection,
      queuedMax: config.QUEUED_MAX,
      queuedBytesMax: config.QUEUED_BYTES_MAX,
    }),
    membership: createIndexMembership(connection),
    backlog: createResultBacklog(connection),
    eventReader: createEventReader(connection),
    eventWriter: createEventWriter(connection),
    done: createDoneNotifier(connection),
    cancels: createCancels(connection),
    heartbeats: createHeartbeats(connection),
    failures: createFailureLimiter({
      ...connection,
      points: config.FAILED_KEYS_MAX,
      durationSeconds: FAILED_KEYS_SECONDS,
    }),
  };
}

export type Queues = ReturnType<typeof openQueues>;
