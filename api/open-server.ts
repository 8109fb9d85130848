/** A whole api process: adapters, services, server and background work, opened in order and closed in reverse. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openBoardQueues } from '../shared/queue/board-queues.ts';
import { whenReady } from '../shared/queue/connection.ts';
import { openResultConsumer } from '../shared/queue/results.ts';
import { REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX } from '../shared/contracts/limits.ts';
import { openBlobStorage } from '../shared/blobs/open.ts';
import { createQuietWarning } from '../shared/platform/quiet-warning.ts';
import { openTracing } from '../shared/platform/tracing.ts';
import { createApp } from './app.ts';
import { createDashboardFiles } from './admin/dashboard-files.ts';
import { createDrain } from './drain.ts';
import { createServices, type Services } from './create-services.ts';
import { openApiMetrics } from './metrics.ts';
import { openQueues, openStores, type OpenDeps } from './open-adapters.ts';
import { createOpenApiDocument } from './openapi.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Route } from './http/define-route.ts';
import { createRequestScope } from './request-scope.ts';
import { createRoutes } from './routes/routes.ts';
import { withSources } from './services/job-sources.ts';
import { createRequestPlaces } from './services/request-places.ts';
import { storageSettings } from './settings/file-settings.ts';
import { startResponses } from './start-responses.ts';
import { startWebhooks } from './start-webhooks.ts';
import { pendingMigrations } from './store/migrations.ts';
import { traceQueue } from './trace-queue.ts';

/** An answer is held in memory for as long as its client reads it; above the time between two heartbeats. */
const ANSWER_STALL_MS = 30_000;
const HEARTBEAT_MS = 15_000; // below the 30 s after which common proxies cut an idle connection
/** Where the operators' pages are built. */
const DASHBOARD = join(import.meta.dirname, '..', 'dashboard', 'dist');
/** How long answers under way may take once the server closes. */
const DRAIN_MS = 5_000;

export type OpenServer = { readonly url: string; readonly services: Services; readonly metricsUrl: string | undefined };

/** @throws Error when the database is not migrated, does not answer, or the port is taken */
export async function openServer(deps: OpenDeps): Promise<OpenServer> {
  const { config, log, lifecycle } = deps;
  const tracing = await openTracing({ settings: config, service: 'api', log, lifecycle });
  const stores = openStores(deps);
  await assertMigrated(stores.db);
  const opened = openQueues(deps);
  const storage = await openBlobStorage(storageSettings(config));
  lifecycle.onClose('file storage', () => {
    storage.close();
  });
  const queue = traceQueue(opened.queue, tracing);
  const queues = { ...opened, queue: { ...queue, add: withSources({ add: queue.add, sourceFor: storage.sourceFor }) } };
  // Redis may come later; but while it is only just connecting, no first request should be refused.
  await whenReady(queues.redis).catch(() => {
    log.warn('Redis does not answer yet');
  });
  const closing = new AbortController();
  const now = () => new Date();
  const metrics = await openApiMetrics(deps, {
    depth: () => queues.fairIndex.depth(),
    oldestQueuedSeconds: () => stores.backlog.oldestQueuedSeconds(),
    backlog: () => queues.backlog.size(),
    workers: () => queues.heartbeats.list(),
    oldestDueWebhookSeconds: () => stores.webhookUpkeep.oldestDueSeconds(),
    oldestWaitingResponseSeconds: () => stores.responseClaims.oldestWaitingSeconds(),
  });
  const scope = createRequestScope();
  const isClosing = () => closing.signal.aborted;
  const services = createServices({ config, log, stores, queues, storage, metrics, isClosing, scope, tracing });
  const { streams, responseStreams, operatorOutputs, overview } = services;
  metrics.observeStreams({
    organization: () => streams.size() + responseStreams.size(),
    operator: () => operatorOutputs.streamCount() + overview.streamCount(),
  });
  lifecycle.onClose('services', async () => {
    services.waiting.close();
    await services.dispatcher.settled();
  });
  startBackground(deps, services, queues.keyspace);
  startWebhooks(deps, { sending: services.webhookSending, onDone: queues.subscriber.onDone });
  startResponses(deps, services);
  const app = createApp({
    routes: createRoutes(services).filter(isOpen(config)),
    queueBoard: await openQueueBoard(deps, services),
    pages: config.ADMIN_TOKEN === undefined ? undefined : createDashboardFiles(DASHBOARD),
    openApi: () => createOpenApiDocument(config.PUBLIC_URL),
    onRequest: metrics.onRequest,
    onError: metrics.onError,
    admitKey: services.admission.admitKey,
    admitOperator: services.operatorAdmission.admitOperator,
    isStillAdmitted: services.operatorAdmission.isStillAdmitted,
    enter: createRequestPlaces(REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX).enter,
    answerStallMs: ANSWER_STALL_MS,
    heartbeatMs: HEARTBEAT_MS,
    log,
    scope,
    tracing,
    closing: closing.signal,
    trustedProxies: config.TRUSTED_PROXIES,
    now,
  });
  const server = createHttpServer(app, {
    now,
    onBroken: (answer) => {
      log.info(answer, 'broken request');
    },
  });
  const drain = createDrain(server);
  const url = await listen(server, config.HOST, config.PORT);
  lifecycle.onClose('server', async () => {
    closing.abort();
    await drain(DRAIN_MS);
  });
  return { url, services, metricsUrl: metrics.url };
}

/** Without a token for them there are no calls for operators: they answer as if they did not exist. */
function isOpen({ ADMIN_TOKEN: token }: OpenDeps['config']) {
  return ({ access: { kind } }: Route): boolean => (kind !== 'operator' && kind !== 'visitor') || token !== undefined;
}

/** Loaded only where there are calls for operators. */
async function openQueueBoard({ config, log, lifecycle }: OpenDeps, { operatorAdmission }: Services) {
  if (config.ADMIN_TOKEN === undefined) return undefined;
  const { createQueueBoard } = await import('./admin/queue-board.ts');
  const warn = createQuietWarning(log);
  const { queues, close } = openBoardQueues({
    redisUrl: config.REDIS_URL,
    namespace: config.REDIS_NAMESPACE,
    report: (error) => {
      warn({ err: error }, 'the connection of the board of queues failed');
    },
  });
  lifecycle.onClose('queue board', close);
  return createQueueBoard({ queues, admitOperator: operatorAdmission.admitOperator });
}

async function assertMigrated(db: Parameters<typeof pendingMigrations>[0]): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length > 0) throw new Error(`The database lacks ${pending.join(', ')}: run "node api/migrate.ts" first`);
}

function startBackground(
  { config, log, lifecycle }: OpenDeps,
  services: Services,
  keyspace: { results: string },
): void {
  const warn = createQuietWarning(log);
  const consumer = openResultConsumer({
    redisUrl: config.REDIS_URL,
    keyspace,
    consumerName: `api-${randomUUID()}`,
    onBatch: (reports) => services.results.onBatch(reports),
    report: (event, detail) => {
      warn({ event, err: detail }, 'the results consumer has a problem');
    },
  });
  consumer.start();
  lifecycle.onClose('results consumer', () => consumer.close());
  services.reconciler.start();
  lifecycle.onClose('reconciler', () => services.reconciler.close());
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address: AddressInfo | string | null = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}
