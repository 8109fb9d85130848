/** One deployment for a part of the run: durable Redis and PostgreSQL as `npm start` has them, one api, one worker. */
import { availableParallelism } from 'node:os';
import { createLifecycle } from '../shared/platform/lifecycle.ts';
import { anOrganization, someOrganizations } from '../test/helpers/api-server.ts';
import { startDurablePostgres } from '../test/helpers/durable-postgres.ts';
import { ENGINE_SOCKET, SANDBOX_RUNTIME } from '../test/helpers/engine.ts';
import { adminQuery } from '../test/helpers/postgres.ts';
import { startRedis } from '../test/helpers/redis.ts';
import { startServiceProcess, type ServiceProcess } from '../test/helpers/service-process.ts';
import { createClient, type Client } from './client.ts';

export const SLOTS = availableParallelism();

/** `no-op` runs nothing; `none` leaves the jobs to the caller. */
export type WorkerKind = 'real' | 'no-op' | 'none';

const MAIN = { real: 'worker/main.ts', 'no-op': 'bench/no-op-worker.ts' } as const;

/** @param environment further settings of api and worker; each takes its own */
export async function openDeployment(worker: WorkerKind, environment: Readonly<Record<string, string>> = {}) {
  const lifecycle = createLifecycle((name, error) => {
    console.error(`could not close ${name}: ${String(error)}`);
  });
  try {
    const redis = await startRedis({ appendonly: true });
    lifecycle.onClose('redis', redis.stop);
    const postgres = await startDurablePostgres();
    lifecycle.onClose('postgres', postgres.stop);
    const api = launch('api/main.ts', {
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    });
    const url = String((await api.logged('listening'))['url']);
    const env = {
      REDIS_URL: redis.url,
      WORKER_SLOTS: String(SLOTS),
      DOCKER_SOCKET: ENGINE_SOCKET,
      SANDBOX_RUNTIME,
      ...environment,
    };
    const launched = worker === 'none' ? undefined : launch(MAIN[worker], env);
    const ready = await launched?.logged('ready');

    return {
      redisUrl: redis.url,
      apiPid: api.pid,
      /** Of the worker, where there is one. */
      workerPid: launched?.pid ?? -1,
      workerId: String(ready?.['workerId']),
      /** A client of a new organization. */
      async client(): Promise<Client> {
        const client = createClient(url, (await anOrganization(postgres.url)).key);
        lifecycle.onClose('client', () => Promise.resolve(client.close()));
        return client;
      },
      /** Where a new organization reaches the api, for requests of one's own. */
      place: async () => ({ url, key: (await anOrganization(postgres.url)).key }),
      /** Clients of as many new organizations. */
      async clients(count: number): Promise<Client[]> {
        const made = (await someOrganizations(postgres.url, count)).map(({ key }) => createClient(url, key));
        lifecycle.onClose('clients', async () => {
          for (const client of made) client.close();
        });
        return made;
      },
      /** How many executions the database holds in each status. */
      async statuses(): Promise<Readonly<Record<string, number>>> {
        const rows = await adminQuery(
          postgres.url,
          'select status, count(*)::int as n from executions group by status',
        );
        return Object.fromEntries(rows.map(({ status, n }) => [String(status), Number(n)]));
      },
      close: () => lifecycle.close(),
    };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }

  function launch(main: string, env: Readonly<Record<string, string>>): ServiceProcess {
    const started = startServiceProcess(main, env);
    lifecycle.onClose(main, async () => void (await started.end()));
    return started;
  }
}

export type Deployment = Awaited<ReturnType<typeof openDeployment>>;
