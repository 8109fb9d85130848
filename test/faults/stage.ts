/** The whole service on servers that can be killed: apis, workers, Redis with its log, durable PostgreSQL, a wire. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createLifecycle } from '../../shared/platform/lifecycle.ts';
import { openRedis } from '../../shared/queue/connection.ts';
import { createKeyspace } from '../../shared/queue/keyspace.ts';
import { adminQuery } from '../helpers/postgres.ts';
import { anOrganization } from '../helpers/api-server.ts';
import { startDurablePostgres } from '../helpers/durable-postgres.ts';
import { containersOf, engine, openEngineWire, requireEngine } from '../helpers/engine.ts';
import { startRedis } from '../helpers/redis.ts';
import { startServiceProcess } from '../helpers/service-process.ts';
import { startMember } from './member.ts';

const NAMESPACE = 'ci';
const QUERY_ATTEMPTS = 40;
const QUERY_PAUSE_MS = 250;

export type StageOptions = {
  readonly apis: number;
  readonly workers: number;
  readonly slots: number;
};

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage({ apis: apiCount, workers: workerCount, slots }: StageOptions) {
  await requireEngine();
  const misconduct: string[] = [];
  const onMisconduct = (what: string) => misconduct.push(what);
  const lifecycle = createLifecycle((name, error) => misconduct.push(`could not close ${name}: ${String(error)}`));
  const own = async <T>(name: string, opening: Promise<T>, close: (opened: T) => unknown): Promise<T> => {
    const opened = await opening;
    lifecycle.onClose(name, async () => {
      await close(opened);
    });
    return opened;
  };
  try {
    const [postgres, redis, wire] = await Promise.all([
      own('postgres', startDurablePostgres(), (opened) => opened.stop()),
      own('redis', startRedis({ appendonly: true }), (opened) => opened.stop()),
      own('wire', openEngineWire(), (opened) => opened.close()),
    ]);
    const common = { REDIS_URL: redis.url, REDIS_NAMESPACE: NAMESPACE, LOG_LEVEL: 'info' };
    const tenants = [await anOrganization(postgres.url), await anOrganization(postgres.url)];
    const startApi = (at: number) =>
      startMember({
        name: `api ${String(at)}`,
        readyMessage: 'listening',
        onMisconduct,
        start: (first) =>
          startServiceProcess('api/main.ts', {
            ...common,
            DATABASE_URL: postgres.url,
            HOST: '127.0.0.1',
            PORT: first === undefined ? '0' : new URL(String(first['url'])).port,
          }),
      });
    const deployment = randomUUID();
    const startWorker = (at: number) =>
      startMember({
        name: `worker ${String(at)}`,
        readyMessage: 'ready',
        onMisconduct,
        start: () =>
          startServiceProcess('worker/main.ts', {
            ...common,
            DOCKER_SOCKET: wire.socketPath,
            DEPLOYMENT: deployment,
            WORKER_SLOTS: String(slots),
            SANDBOX_WARM: '1',
          }),
      });
    const start = (count: number, one: typeof startApi) =>
      Promise.all(Array.from({ length: count }, (_, at) => own('a process', one(at), (member) => member.retire())));
    const [apis, workers] = await Promise.all([start(apiCount, startApi), start(workerCount, startWorker)]);
    const observer = openRedis(redis.url, 'blocking', () => undefined);
    lifecycle.onClose('observer', () => {
      observer.disconnect();
    });
    const workerIds = () => workers.flatMap((worker) => worker.workerIds());
    return {
      apis,
      workers,
      urls: apis.map((api) => String(api.first()['url'])),
      tenants,
      redis,
      postgres,
      wire,
      observer,
      keyspace: createKeyspace(NAMESPACE),
      misconduct,
      query: (text: string, values: unknown[] = []) => retried(() => adminQuery(postgres.url, text, values)),
      workerIds,
      containersOf,
      containers: () => containersOf(workerIds()),
      /** Ends apis and workers in order; the servers stay. */
      async stopProcesses(): Promise<void> {
        await Promise.all([...apis, ...workers].map((member) => member.retire()));
      },
      /** Containers that should not be there any more must not stay on an engine that others use either. */
      async removeContainers(): Promise<void> {
        const left = await containersOf(workerIds());
        await Promise.allSettled(left.map(({ id }) => engine.getContainer(id).remove({ force: true })));
      },
      close: () => lifecycle.close(),
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

/** A server that was just started again refuses the first connections. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === QUERY_ATTEMPTS) throw error;
      await delay(QUERY_PAUSE_MS);
    }
  }
}
