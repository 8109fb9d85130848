/** Runs the present command again as root where this user alone could not finish it. */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { ServerEnvironment } from '../../api/config.ts';
import { WorkerEnvironment } from '../../worker/config.ts';
import { StartEnvironment } from '../start/config.ts';
import { isRoot } from './account.ts';
import { createEngineApi } from './engine-api.ts';
import { rootAccess } from './root-access.ts';

/** Settings that go with the command; what else the environment holds stays with the user. */
const PASSED = [
  ...[StartEnvironment, ServerEnvironment, WorkerEnvironment].flatMap(({ shape }) => Object.keys(shape)),
  ...['CI', 'BUILD_NETWORK', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
];
/** Of OpenTelemetry, which has more than the service reads itself. */
const PASSED_PREFIXES = ['OTEL_'];

/** Which of the variables that are set sudo is told to keep. Pure. */
export function passedVariables(names: readonly string[]): string[] {
  return names.filter((name) => PASSED.includes(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix)));
}

/**
 * Whether only root can do it: the engine must be started or its socket is not ours, or the data belong to another
 * user (who served from them before).
 */
export async function needsRoot(socketPath: string, dataDirectory: string | undefined): Promise<boolean> {
  if (isRoot() || process.platform !== 'linux') return false;
  if (dataDirectory !== undefined && ownerOf(dataDirectory) === 0) return true;
  return (await createEngineApi(socketPath).ping()) !== null;
}

/** Word of the command line that says: end when standard input ends. */
export const THROUGH_SUDO = '--through-sudo';

/** Calls `stop` when the one who runs this command through sudo wants it to end, or is gone. */
export function onEndOfSudo(argv: readonly string[], stop: () => void): void {
  if (!argv.includes(THROUGH_SUDO)) return;
  process.stdin.on('close', stop).on('error', stop).resume();
}

/**
 * Runs this very command through sudo.
 * @returns its exit status, or null when sudo cannot be used: the caller goes on and says what it lacks
 */
export async function runAgainAsRoot(say: (line: string) => void): Promise<number | null> {
  const access = await rootAccess();
  if (access.kind !== 'sudo') return null;
  say('root: needed for the Docker engine; going on through sudo');
  const names = passedVariables(Object.keys(process.env));
  const keep = names.length === 0 ? [] : [`--preserve-env=${names.join(',')}`];
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1), THROUGH_SUDO];
  const child = spawn(access.program, [...keep, ...command], { stdio: ['pipe', 'inherit', 'inherit'] });
  // A user may not signal a process of root: the closed pipe tells it to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.stdin.destroy());
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(1);
    });
    child.once('exit', (status, signal) => {
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

function ownerOf(directory: string): number | undefined {
  try {
    return statSync(directory).uid;
  } catch {
    return undefined;
  }
}
