/** Redis and PostgreSQL for the service: those named by URL, else private ones, as processes or as containers. */
import type { Lifecycle } from '../../shared/platform/lifecycle.ts';
import {
  postgresContainer,
  redisContainer,
  startContainerServer,
  type ContainerPlan,
} from '../setup/container-server.ts';
import { findProgram } from '../setup/command.ts';
import { createEngineApi } from '../setup/engine-api.ts';
import type { DataPaths } from '../setup/data-directory.ts';
import { findPostgres } from '../setup/package-needs.ts';
import { databaseUrl as privateDatabaseUrl, isPostgresReady, privatePostgres } from '../setup/private-postgres.ts';
import { answersPing, privateRedis, redisUrl as privateRedisUrl } from '../setup/private-redis.ts';
import type { Report } from '../setup/report.ts';
import type { SecretStore } from '../setup/secrets.ts';
import type { Sentence } from '../setup/sentence.ts';
import type { ServerPlan } from '../setup/server-start.ts';
import { superviseServer } from '../setup/supervised-server.ts';
import type { StartConfig } from './config.ts';

export type StoreDeps = {
  readonly config: StartConfig;
  readonly paths: DataPaths;
  readonly secrets: SecretStore;
  readonly socketPath: string;
  readonly report: Report;
  readonly lifecycle: Lifecycle;
  readonly giveUp: (error: Sentence) => void;
  readonly signal: AbortSignal;
};

export type StoreUrls = { readonly redisUrl: string; readonly databaseUrl: string };

/** Starts what no URL names; each ends with the service. */
export async function startStores(deps: StoreDeps): Promise<StoreUrls> {
  // PostgreSQL first: it ends last, when nothing writes any more.
  const databaseUrl = await startPostgres(deps);
  return { databaseUrl, redisUrl: await startRedis(deps) };
}

async function startPostgres(deps: StoreDeps): Promise<string> {
  const { config, paths, secrets } = deps;
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  await deps.report.step('PostgreSQL', async () => {
    if (findPostgres() !== undefined) return runProcess(deps, await privatePostgres(paths, secrets));
    return runContainer(
      deps,
      postgresContainer(config.postgresImage, secrets, () => isPostgresReady(secrets)),
    );
  });
  return privateDatabaseUrl(secrets);
}

async function startRedis(deps: StoreDeps): Promise<string> {
  const { config, paths, secrets } = deps;
  if (config.redisUrl !== undefined) return config.redisUrl;
  await deps.report.step('Redis', async () => {
    if (findProgram('redis-server') !== undefined) return runProcess(deps, await privateRedis(paths, secrets));
    const isReady = () => answersPing(secrets.get().redis_port ?? 0, secrets.get().redis_password);
    return runContainer(deps, redisContainer(config.redisImage, secrets, isReady));
  });
  return privateRedisUrl(secrets);
}

async function runProcess({ paths, report, lifecycle, giveUp, signal }: StoreDeps, plan: ServerPlan): Promise<string> {
  const server = await superviseServer({ plan, paths, say: report.line, giveUp, signal });
  lifecycle.onClose(plan.name, () => server.stop());
  return 'started';
}

async function runContainer(
  { paths, secrets, socketPath, lifecycle }: StoreDeps,
  plan: ContainerPlan,
): Promise<string> {
  const where = { secrets, dataDirectory: paths.directory };
  const server = await startContainerServer(createEngineApi(socketPath), plan, where);
  lifecycle.onClose(plan.name, () => server.stop());
  return `started as a container of ${plan.image}`;
}
