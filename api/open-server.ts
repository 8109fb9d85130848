/** A whole api process: adapters, services, server and background work, opened in order and closed in reverse. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whenReady } from '../shared/queue/connection.ts';
import { openResultConsumer } from '../shared/queue/results.ts';
import { createApp } from './app.ts';
import { createQuietWarning } from './quiet-warning.ts';
import { createDrain } from './drain.ts';
import { createServices, type Services } from './create-services.ts';
import { openQueues, openStores, type OpenDeps } from './open-adapters.ts';
import { createRoutes } from './routes/routes.ts';
import { pendingMigrations } from './store/migrations.ts';

/** A client that sends its head or its body drop by drop holds a connection no longer than this. */
const HEAD_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Above the idle time of common load balancers: they, not we, end an idle connection, so that none breaks in use. */
const KEEP_ALIVE_MS = 75_000;
/** How long answers under way may take once the server closes. */
const DRAIN_MS = 5_000;

export type OpenServer = { readonly url: string; readonly services: Services };

/** @throws Error when the database is not migrated, does not answer, or the port is taken */
export async function openServer(deps: OpenDeps): Promise<OpenServer> {
  const { config, log, lifecycle } = deps;
  const stores = openStores(deps);
  await assertMigrated(stores.db);
  const queues = openQueues(deps);
  // Redis may come later; but while it is only just connecting, no first request should be refused.
  await whenReady(queues.redis).catch(() => {
    log.warn('Redis does not answer yet');
  });
  const closing = new AbortController();
  const services = createServices({ config, log, stores, queues, isClosing: () => closing.signal.aborted });
  lifecycle.onClose('services', async () => {
    services.waiting.close();
    await services.dispatcher.settled();
  });
  startBackground(deps, services, queues.keyspace);
  const app = createApp({
    routes: createRoutes(services),
    authenticate: (key, address) => services.apiKeys.authenticate(key, address),
    log,
    closing: closing.signal,
    trustedProxies: config.TRUSTED_PROXIES,
    now: () => new Date(),
  });
  const server = createServer(
    { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    app,
  );
  const drain = createDrain(server);
  const url = await listen(server, config.HOST, config.PORT);
  lifecycle.onClose('server', async () => {
    closing.abort();
    await drain(DRAIN_MS);
  });
  return { url, services };
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
