/** One stage for a test file: PostgreSQL, Redis, apis and stand-in workers, all taken down at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readiness } from '../../api/routes/health.ts';
import { createLifecycle } from '../../shared/platform/lifecycle.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { anOrganization, startApi, type TestApi, type TestOrganization } from './api-server.ts';
import { eventually } from './eventually.ts';
import { adminQuery, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { openBoundary, startStandInWorker, type StandInOptions } from './stand-in-worker.ts';

const NAMESPACE = 'test';

export type Client = ApiClient & { readonly organization: TestOrganization };

/** @param databaseParent where PostgreSQL keeps its data, if not in the system's temporary directory */
export async function openStage(databaseParent?: string) {
  const lifecycle = createLifecycle((name, error) => {
    throw new Error(`could not close ${name}`, { cause: error });
  });
  const [postgres, redis] = await Promise.all([startPostgres(databaseParent), startRedis()]);
  lifecycle.onClose('postgres', () => postgres.stop());
  lifecycle.onClose('redis', () => redis.stop());
  const filesDirectory = mkdtempSync(join(tmpdir(), 'ci-files-'));
  lifecycle.onClose('files', () => {
    rmSync(filesDirectory, { recursive: true, force: true });
  });
  const common = { databaseUrl: postgres.url, redisUrl: redis.url, namespace: NAMESPACE, filesDirectory };

  async function api(environment: Readonly<Record<string, string>> = {}): Promise<TestApi> {
    const started = await startApi({ ...common, environment });
    lifecycle.onClose('api', () => started.stop());
    return started;
  }

  return {
    postgres,
    redis,
    namespace: NAMESPACE,
    /** What its apis keep of files. */
    filesDirectory,
    api,
    /** Redis as a worker sees it, for tests that play one by hand. */
    boundary() {
      const boundary = openBoundary(redis.url, NAMESPACE);
      lifecycle.onClose('boundary', () => boundary.close());
      return boundary;
    },
    /** Resolves once `api` lets executions out to the worker. */
    async worker(of: TestApi, options: Partial<StandInOptions> = {}) {
      const worker = await startStandInWorker({ redisUrl: redis.url, namespace: NAMESPACE, ...options });
      lifecycle.onClose('worker', () => worker.stop());
      await eventually(async () => (await readinessOf(of)).ready);
      const { redis: connection, keyspace } = worker.boundary;
      await eventually(async () => Number(await connection.hget(keyspace.fairIndex.state, 'slots')) > 0);
      return worker;
    },
    /** Resolves once `of` reaches Redis (again). */
    async redisBack(of: TestApi): Promise<void> {
      await eventually(async () => (await readinessOf(of)).parts['redis']?.ok === true);
    },
    /** A client of a new organization. */
    async client(of: TestApi): Promise<Client> {
      const organization = await anOrganization(postgres.url);
      return { ...createApiClient(of.url, organization.key), organization };
    },
    query: (text: string, values: unknown[] = []) => adminQuery(postgres.url, text, values),
    close: () => lifecycle.close(),
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

async function readinessOf({ url }: TestApi) {
  return Readiness.parse(await (await fetch(`${url}/readyz`)).json());
}
