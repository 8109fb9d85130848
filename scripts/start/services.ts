/** The two processes of the service, as unprivileged users where root starts them. */
import { isRoot } from '../setup/account.ts';
import type { DataPaths } from '../setup/data-directory.ts';
import { logSince, logSize } from '../setup/log-file.ts';
import type { ServerPlan } from '../setup/server-start.ts';
import type { StartConfig } from './config.ts';
import type { Program } from './program-copy.ts';
import type { StoreUrls } from './stores.ts';

export const API_USER = 'code-interpreter-api';
export const WORKER_USER = 'code-interpreter-worker';

export const API_STOP = { signal: 'SIGTERM', patienceMs: 15_000 } as const;
/** An interrupt ends the running executions; a polite end would let them go on for up to 30 s. */
export const WORKER_STOP = { signal: 'SIGINT', patienceMs: 20_000 } as const;

export type ServicePlaces = {
  readonly program: Program;
  readonly paths: DataPaths;
  readonly socketPath: string;
  /** Name of this installation on the engine; stays the same as long as the data directory. */
  readonly deployment: string;
  /** The operators'. */
  readonly adminToken: string;
};

const PROBE_TIMEOUT_MS = 2_000;

export function apiPlan(
  config: StartConfig,
  urls: StoreUrls,
  { program, paths, adminToken }: ServicePlaces,
): ServerPlan {
  return {
    name: 'api',
    stop: API_STOP,
    readyPatienceMs: 30_000,
    prepare: async () => ({
      program: program.node,
      args: ['api/main.ts'],
      env: {
        FILES_DIRECTORY: paths.files,
        ...config.apiEnvironment,
        ADMIN_TOKEN: adminToken,
        HOST: config.host,
        PORT: String(config.port),
        DATABASE_URL: urls.databaseUrl,
        REDIS_URL: urls.redisUrl,
        ...serviceUser(API_USER),
      },
      cwd: program.directory,
      account: undefined,
    }),
    isReady: () => answers(`${config.baseUrl}/healthz`),
  };
}

export function workerPlan(
  config: StartConfig,
  urls: StoreUrls,
  { program, paths, socketPath, deployment }: ServicePlaces,
): ServerPlan {
  const logFile = paths.log('worker');
  let logOffset = 0;
  return {
    name: 'worker',
    stop: WORKER_STOP,
    readyPatienceMs: 60_000,
    prepare: async () => {
      logOffset = logSize(logFile);
      return {
        program: program.node,
        args: ['worker/main.ts'],
        env: {
          FILES_DIRECTORY: paths.files,
          ...config.workerEnvironment,
          REDIS_URL: urls.redisUrl,
          DOCKER_SOCKET: socketPath,
          DEPLOYMENT: deployment,
          ...serviceUser(WORKER_USER),
        },
        cwd: program.directory,
        account: undefined,
      };
    },
    isReady: async () => logSince(logFile, logOffset).includes('"msg":"ready"'),
  };
}

/** Whether the address answers with a success now. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** The process opens what only root may, then becomes this user by itself. */
function serviceUser(name: string): Record<string, string> {
  return isRoot() ? { SERVICE_USER: name } : {};
}
