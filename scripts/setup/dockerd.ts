/** A dockerd of ours: started, waited for, remembered in a file. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './command.ts';
import type { DataPaths } from './data-directory.ts';
import { createEngineApi } from './engine-api.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { Sentence } from './sentence.ts';

export const DOCKERD_STOP = { signal: 'SIGTERM', patienceMs: 20_000 } as const;
const START_PATIENCE_MS = 30_000;
const POLL_MS = 50;

export type DockerdPlan = {
  readonly socketPath: string;
  readonly paths: DataPaths;
  readonly args: readonly string[];
  /** In a network namespace of its own: an engine that has no bridge removes `docker0`, although it be another's. */
  readonly ownNetwork?: boolean;
  readonly patienceMs?: number;
};

/**
 * Resolves when it answers.
 * @throws Sentence with its last log lines when it does not
 */
export async function startDockerd({
  socketPath,
  paths,
  args,
  ownNetwork = false,
  patienceMs = START_PATIENCE_MS,
}: DockerdPlan): Promise<ServerProcess> {
  const [program, ...before] = ownNetwork
    ? [required('unshare', 'util-linux'), '--net', required('dockerd', 'docker.io')]
    : [required('dockerd', 'docker.io')];
  const dockerd = await startServerProcess({
    program,
    args: [...before, '--host', `unix://${socketPath}`, ...args],
    env: { ...process.env, DOCKER_HOST: undefined },
    cwd: '/',
    account: undefined,
    logFile: paths.log('dockerd'),
    pidFile: paths.pid('dockerd'),
  });
  try {
    const failure = () => (dockerd.hasEnded() ? lastLines(paths.log('dockerd')) : undefined);
    await waitForEngine(socketPath, patienceMs, failure);
    return dockerd;
  } catch (error) {
    await dockerd.stop(DOCKERD_STOP);
    throw error;
  }
}

/**
 * @param failure why it will never answer, once that is known
 * @throws Sentence
 */
export async function waitForEngine(
  socketPath: string,
  patienceMs: number = START_PATIENCE_MS,
  failure: () => string | undefined = () => undefined,
): Promise<void> {
  const api = createEngineApi(socketPath);
  const deadline = performance.now() + patienceMs;
  while ((await api.ping()) !== null) {
    const ended = failure();
    if (ended !== undefined) throw new Sentence(`Docker cannot run here; dockerd ended with:\n${ended}`);
    if (performance.now() > deadline) {
      throw new Sentence(`The Docker engine did not answer on ${socketPath} within ${String(patienceMs / 1000)} s.`);
    }
    await delay(POLL_MS);
  }
}

function required(program: string, debianPackage: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Sentence(`${program} is not installed (Debian package ${debianPackage}).`);
  return path;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join('\n');
}
