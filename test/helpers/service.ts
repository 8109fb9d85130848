/** The whole service for an end-to-end test: real Redis, PostgreSQL, api, workers and containers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution } from '../../shared/contracts/execution.ts';
import { openRedis } from '../../shared/queue/connection.ts';
import { createHeartbeats } from '../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../shared/queue/keyspace.ts';
import { anOrganization } from './api-server.ts';
import { containersOf, ENGINE_SOCKET, requireEngine, SANDBOX_RUNTIME } from './engine.ts';
import { eventually } from './eventually.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startServiceProcess, type ServiceProcess } from './service-process.ts';

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type ServiceOptions = {
  readonly workers?: number;
  readonly slots?: number;
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** For api and worker alike. */
  readonly env?: Readonly<Record<string, string>>;
  readonly apis?: number;
  readonly appendonly?: boolean;
};

/** Heartbeats expire, then two sweeps. */
const PATIENT = { timeoutMs: 30_000, intervalMs: 200 };

export type RunOptions = Readonly<Record<string, unknown>>;

export async function startService(options: ServiceOptions = {}) {
  const { workers: workerCount = 1, slots = 2, workerEnv = {}, apis: apiCount = 1, appendonly = false } = options;
  const { env: commonEnv = {} } = options;
  await requireEngine();
  const [redis, postgres] = await Promise.all([startRedis({ appendonly }), startPostgres()]);
  const filesDirectory = mkdtempSync(join(tmpdir(), 'ci-files-'));
  const common = { REDIS_URL: redis.url, FILES_DIRECTORY: filesDirectory, LOG_LEVEL: 'info', ...commonEnv };
  const startApi = (port = '0') =>
    startServiceProcess('api/main.ts', { ...common, DATABASE_URL: postgres.url, HOST: '127.0.0.1', PORT: port });
  const startWorker = (env: Readonly<Record<string, string>> = {}) =>
    startServiceProcess('worker/main.ts', {
      ...common,
      ...{ DOCKER_SOCKET: ENGINE_SOCKET, SANDBOX_RUNTIME },
      ...{ WORKER_SLOTS: String(slots), SANDBOX_WARM: '1', ...workerEnv, ...env },
    });
  const keyspace = createKeyspace('ci');
  const observer = openRedis(redis.url, 'blocking', () => undefined);
  const heartbeats = createHeartbeats({ redis: observer, keyspace });
  const tenant = await anOrganization(postgres.url);
  const apis = Array.from({ length: apiCount }, () => startApi());
  const workers = Array.from({ length: workerCount }, () => startWorker());
  const started = [...apis, ...workers];

  async function endServers(): Promise<void> {
    observer.disconnect();
    await Promise.all([redis.stop(), postgres.stop()]);
    rmSync(filesDirectory, { recursive: true, force: true });
  }

  async function allReady(): Promise<string[]> {
    await Promise.all(workers.map((worker) => worker.logged('ready')));
    return Promise.all(apis.map(async (api) => String((await api.logged('listening'))['url'])));
  }

  const urls = await allReady().catch(async (error: unknown) => {
    // Nobody else can: the caller has got nothing.
    await Promise.all(started.map((process) => process.end()));
    await endServers();
    throw error;
  });
  const url = urls[0] ?? '';

  /** Calls the api; a body makes it a POST. Key `null`: without one. */
  async function call(path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, key = tenant.key, base = url, signal = AbortSignal.timeout(90_000) } = options;
    const hasBody = body !== undefined;
    const response = await fetch(`${base}${path}`, {
      method: options.method ?? (hasBody ? 'POST' : 'GET'),
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(hasBody && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(hasBody && { body: JSON.stringify(body) }),
      signal,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) };
  }

  /** Runs code and waits for its end, however long it queues. */
  async function run(code: string, fields: RunOptions = {}, key = tenant.key): Promise<Execution> {
    const submitted = await call('/v1/executions?wait=60', { body: { code, ...fields }, key });
    if (submitted.status !== 200) throw new Error(`not finished: ${JSON.stringify(submitted.body).slice(0, 500)}`);
    // The api's own contract tests hold the shape.
    return submitted.body as Execution;
  }

  async function read(id: string, key = tenant.key): Promise<Execution> {
    return (await call(`/v1/executions/${id}`, { key })).body as Execution;
  }

  /** Polls until the execution has this status. */
  async function reaches(id: string, ...statuses: readonly Execution['status'][]): Promise<Execution> {
    return eventually(
      async () => {
        const execution = await read(id);
        return statuses.includes(execution.status) && execution;
      },
      { timeoutMs: 60_000, intervalMs: 25 },
    );
  }

  const killed = () => workers.filter((worker) => !worker.isRunning());
  const idsOf = (of: readonly ServiceProcess[]) =>
    Promise.all(of.map(async (worker) => String((await worker.logged('ready'))['workerId'])));

  return {
    url,
    urls,
    tenant,
    redis,
    postgres,
    /** Where the api keeps the contents of files, and workers read them. */
    filesDirectory,
    apis,
    workers,
    call,
    run,
    read,
    reaches,
    addTenant: () => anOrganization(postgres.url),
    async startWorker(): Promise<ServiceProcess> {
      const worker = startWorker();
      started.push(worker);
      workers.push(worker);
      await worker.logged('ready');
      return worker;
    },
    /** A worker that need not become ready, and so has no containers to look after. */
    startCrippledWorker(env: Readonly<Record<string, string>>): ServiceProcess {
      const worker = startWorker(env);
      started.push(worker);
      return worker;
    },
    async startApi(port: string): Promise<ServiceProcess> {
      const api = startApi(port);
      started.push(api);
      await api.logged('listening');
      return api;
    },
    /** The worker that runs something now. */
    async busyWorker(): Promise<ServiceProcess> {
      return eventually(async () => {
        const busy = (await heartbeats.list()).find((worker) => worker.busy > 0)?.worker_id;
        const ids = await idsOf(workers);
        return workers[ids.indexOf(busy ?? '')];
      });
    },
    /** Reports of workers that no api has recorded yet. */
    resultsWaiting: (): Promise<number> => observer.xlen(keyspace.results),
    /** Ends everything and fails when a container is left. */
    async stop(): Promise<void> {
      await Promise.all(apis.map((api) => api.end()));
      // What a killed worker left is for the living to remove, while they live.
      if (workers.some((worker) => worker.isRunning())) {
        await eventually(async () => (await containersOf(await idsOf(killed()))).length === 0, PATIENT);
      }
      await Promise.all(started.map((process) => process.end()));
      const left = await containersOf(await idsOf(workers));
      await endServers();
      if (left.length > 0) throw new Error(`containers left: ${JSON.stringify(left)}`);
    },
  };
}

export type CallOptions = {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string | null;
  readonly base?: string;
  readonly signal?: AbortSignal;
};

export type Service = Awaited<ReturnType<typeof startService>>;
