/** The second stage of a start: stores, database, worker and api, until the service is ready. */
import type { Lifecycle } from '../../shared/platform/lifecycle.ts';
import { openAdminToken } from '../setup/admin-token.ts';
import { seconds } from '../setup/report.ts';
import { Sentence } from '../setup/sentence.ts';
import { deploymentOf, type Secrets, type SecretStore } from '../setup/secrets.ts';
import type { ServerPlan } from '../setup/server-start.ts';
import { superviseServer, type SupervisedServer } from '../setup/supervised-server.ts';
import { migrateDatabase, provideOrganization } from './organization.ts';
import { answers, apiPlan, workerPlan } from './services.ts';
import type { Session } from './session.ts';
import type { Provided } from './set-up.ts';
import { startStores } from './stores.ts';
import { until } from './until.ts';

const READY_PATIENCE_MS = 60_000;

/** @returns the first organization's key if this start made it */
export async function serve(session: Session, provided: Provided, secrets: SecretStore): Promise<string | null> {
  const { config, paths, report, lifecycle, stop } = session;
  const giveUp = stop.fail;
  const { signal } = stop;
  const { socketPath, program } = provided;
  const urls = await startStores({ config, paths, secrets, socketPath, report, lifecycle, giveUp, signal });
  signal.throwIfAborted();
  const adminToken = config.adminToken ?? openAdminToken(paths.adminToken);
  const places = { program, paths, socketPath, deployment: deploymentOf(secrets.get()), adminToken };
  const keepUp = (plan: ServerPlan) => superviseServer({ plan, paths, say: report.line, giveUp, signal });
  let firstKey: string | null = null;
  await report.step('api and worker', async () => {
    const worker = keepUp(workerPlan(config, urls, places));
    const api = provideDatabase(session, urls.databaseUrl, secrets.get()).then((key) => {
      firstKey = key;
      return keepUp(apiPlan(config, urls, places));
    });
    // The api is registered last and so ends first: nothing new comes in while the worker ends what runs.
    await registerAll(lifecycle, [
      { name: 'worker', starting: worker },
      { name: 'api', starting: api },
    ]);
    await requireReady(session);
    return 'ready';
  });
  return firstKey;
}

/** @returns the first organization's key if there was none before */
async function provideDatabase(
  { project, config, report }: Session,
  url: string,
  secrets: Secrets,
): Promise<string | null> {
  const job = { project, databaseUrl: url, config };
  await migrateDatabase(job);
  const firstKey = await provideOrganization(job, secrets.start_check_api_key);
  if (firstKey !== null) report.line(`API key of the first organization, shown this once: ${firstKey}`);
  return firstKey;
}

type Starting = { readonly name: string; readonly starting: Promise<SupervisedServer> };

/** What started is ended later, also when another one did not start. */
async function registerAll(lifecycle: Lifecycle, servers: readonly Starting[]): Promise<void> {
  const outcomes = await Promise.allSettled(
    servers.map(async ({ name, starting }) => {
      const server = await starting;
      return { name, stop: server.stop };
    }),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') lifecycle.onClose(outcome.value.name, outcome.value.stop);
  }
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function requireReady({ config: { baseUrl }, paths, stop: { signal } }: Session): Promise<void> {
  const isReady = () => answers(`${baseUrl}/readyz`);
  await until(isReady, { patienceMs: READY_PATIENCE_MS, signal }, () => {
    const waited = seconds(READY_PATIENCE_MS);
    throw new Sentence(`The service is not ready after ${waited}; see ${baseUrl}/readyz and ${paths.logs}.`);
  });
}
