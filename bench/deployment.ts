/** One deployment for a part of the run: durable Redis and PostgreSQL as `npm start` has them, one api, one worker. */
import { availableParallelism } from 'node:os';
import { createLifecycle } from '../shared/platform/lifecycle.ts';
import { anOrganization } from '../test/helpers/api-server.ts';
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

export async function openDeployment(worker: WorkerKind) {
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
    });
    const url = String((await api.logged('listening'))['url']);
    if (worker !== 'none')
      await launch(MAIN[worker], {
        REDIS_URL: redis.url,
        WORKER_SLOTS: String(SLOTS),
        DOCKER_SOCKET: ENGINE_SOCKET,
        SANDBOX_RUNTIME,
      }).logged('ready');

    return {
      redisUrl: redis.url,
      apiPid: api.pid,
      /** A client of a new organization. */
      async client(): Promise<Client> {
        const client = createClient(url, (await anOrganization(postgres.url)).key);
        lifecycle.onClose('client', () => Promise.resolve(client.close()));
        return client;
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
