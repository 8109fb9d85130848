/** `npm start`: from whatever the machine has to a service that has just run its first code; Ctrl-C ends it all. */
import { dirname } from 'node:path';
import { createLifecycle, type Lifecycle } from '../shared/platform/lifecycle.ts';
import { isRoot } from './setup/account.ts';
import { chooseDataDirectory, isOpenToAll, provideDataDirectory, requireReach } from './setup/data-directory.ts';
import { engineSocket } from './setup/engine.ts';
import { takeLock } from './setup/instance-lock.ts';
import { tryPort } from './setup/ports.ts';
import { createReport, seconds, writeLine } from './setup/report.ts';
import { openSecrets } from './setup/secrets.ts';
import { explain, Sentence } from './setup/sentence.ts';
import { needsRoot, runAgainAsRoot } from './setup/sudo.ts';
import { curlCommand, runCheck } from './start/check-run.ts';
import { readStartConfig, type StartConfig } from './start/config.ts';
import { endLeftServers } from './start/left-servers.ts';
import { serve } from './start/serve.ts';
import type { Session } from './start/session.ts';
import { setUp } from './start/set-up.ts';
import { createStopRequest, type StopRequest } from './start/stop-request.ts';

const PROJECT = dirname(import.meta.dirname);

process.exitCode = await main();

async function main(): Promise<number> {
  // A closed terminal takes the output away, not the service's orderly end.
  process.stdout.on('error', () => undefined);
  try {
    const config = readStartConfig();
    const asked = config.dataDirectory;
    const directory = chooseDataDirectory({ asked, project: PROJECT, root: isRoot(), isOpen: isOpenToAll });
    if (await needsRoot(engineSocket(config.dockerHost), directory)) {
      const status = await runAgainAsRoot(writeLine);
      if (status !== null) return status;
    }
    return await runService(config, directory);
  } catch (error) {
    writeLine(explain(error));
    return 1;
  }
}

/** @returns the exit status, once everything has ended */
async function runService(config: StartConfig, directory: string): Promise<number> {
  const stop = createStopRequest(writeLine, process.argv);
  const lifecycle = createLifecycle((name, error) => {
    writeLine(`${name}: did not end as it should: ${explain(error)}`);
  });
  try {
    await startService(config, directory, { stop, lifecycle });
    await stop.asked;
  } catch (error) {
    stop.fail(error);
  } finally {
    await lifecycle.close();
  }
  if (stop.failure() === null) return 0;
  writeLine(explain(stop.failure()));
  return 1;
}

type Ending = { readonly stop: StopRequest; readonly lifecycle: Lifecycle };

async function startService(config: StartConfig, directory: string, { stop, lifecycle }: Ending): Promise<void> {
  const startedMs = performance.now();
  const report = createReport(writeLine);
  const paths = provideDataDirectory(directory);
  requireReach(directory);
  lifecycle.onClose('lock', takeLock(paths.lock, directory));
  await endLeftServers(paths, report.line);
  await requireFreePort(config);

  const session: Session = { project: PROJECT, config, paths, report, lifecycle, stop };
  const secrets = openSecrets(paths.secrets);
  const firstKey = await serve(session, await setUp(session), secrets);
  await showCheckRun(config.baseUrl, secrets.get().start_check_api_key);
  report.line(`ready: ${config.baseUrl} (${seconds(performance.now() - startedMs)}; Ctrl-C stops it)`);
  if (config.adminToken === undefined) {
    report.line(`For operators: ${config.baseUrl}/admin; the first visit asks for what is in ${paths.adminToken}`);
  }
  if (firstKey === null) report.line(`API_KEY in this command is ${whichKey(config)}:`);
  report.line(curlCommand(config.baseUrl, firstKey));
}

function whichKey({ bootstrapApiKey }: StartConfig): string {
  return bootstrapApiKey === undefined ? 'the key that the first start showed' : 'BOOTSTRAP_API_KEY';
}

/** A check that fails is told and the service stays: it may be busy with what an earlier one left queued. */
async function showCheckRun(baseUrl: string, key: string): Promise<void> {
  try {
    const { printed, durationMs } = await runCheck(baseUrl, key);
    writeLine(`$10,000 at 7 % for 20 years, through the API: ${printed} (${durationMs.toFixed(0)} ms)`);
  } catch (error) {
    writeLine(explain(error));
  }
}

async function requireFreePort({ host, port }: StartConfig): Promise<void> {
  const found = await tryPort(host, port);
  if ('port' in found) return;
  const where = `${host} port ${String(port)}`;
  if (found.refused === 'EADDRINUSE') {
    throw new Sentence(`${where} is taken by another program: stop it, or choose another with PORT.`);
  }
  throw new Sentence(`Cannot listen on ${where} (${found.refused}): choose others with HOST and PORT.`);
}
