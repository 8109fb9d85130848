/** The Docker engine: one that answers is used as it is, otherwise one is started, and ended with the service. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRoot } from './account.ts';
import { findProgram, runCommand } from './command.ts';
import type { DataPaths } from './data-directory.ts';
import { createEngineApi } from './engine-api.ts';
import { readRemembered, startServerProcess, stopRemembered, type ServerProcess } from './server-process.ts';
import { Sentence } from './sentence.ts';

const START_PATIENCE_MS = 30_000;
const STOP = { signal: 'SIGTERM', patienceMs: 20_000 } as const;
const POLL_MS = 50;
const DEFAULT_SOCKET = '/var/run/docker.sock';

export type Engine = {
  readonly socketPath: string;
  /** What was done to have it; null when it was there. */
  readonly done: string | null;
  /** Ends the engine if it is ours. */
  readonly stop: () => Promise<void>;
};

/**
 * The socket of the engine: that of DOCKER_HOST, else the usual place, else Docker Desktop's.
 * @throws Sentence for an engine on another machine
 */
export function engineSocket(dockerHost: string | undefined): string {
  if (dockerHost !== undefined && dockerHost !== '') {
    if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length);
    throw new Sentence(
      `DOCKER_HOST is ${dockerHost}, but sandboxes run on this machine: give unix:// and a socket's path, or unset it.`,
    );
  }
  const desktop = join(homedir(), '.docker', 'run', 'docker.sock');
  return !existsSync(DEFAULT_SOCKET) && existsSync(desktop) ? desktop : DEFAULT_SOCKET;
}

/**
 * Makes the engine answer; dockerd is installed when it must be started here.
 * @throws Sentence when it cannot be reached or started
 */
export async function provideEngine({
  socketPath,
  paths,
  extraArgs = [],
  patienceMs = START_PATIENCE_MS,
}: {
  readonly socketPath: string;
  readonly paths: DataPaths;
  readonly extraArgs?: readonly string[];
  readonly patienceMs?: number;
}): Promise<Engine> {
  const found = await createEngineApi(socketPath).ping();
  if (found === null) return adopt(socketPath, paths);
  if (!isRoot()) throw new Sentence(unreachable(socketPath, found));
  if (socketPath === DEFAULT_SOCKET && existsSync('/run/systemd/system')) {
    const systemctl = findProgram('systemctl') ?? 'systemctl';
    const { status, output } = await runCommand(systemctl, ['start', 'docker']);
    if (status !== 0) throw new Sentence(`systemctl start docker failed: ${output.trim()} (see: journalctl -u docker)`);
    await waitForEngine(socketPath, patienceMs, () => undefined);
    return { socketPath, done: 'started by systemd', stop: () => Promise.resolve() };
  }
  await stopRemembered(paths.pid('dockerd'), STOP);
  const dockerd = await startDockerd(socketPath, paths, extraArgs);
  try {
    await waitForEngine(socketPath, patienceMs, () =>
      dockerd.hasEnded() ? lastLines(paths.log('dockerd')) : undefined,
    );
  } catch (error) {
    await dockerd.stop(STOP);
    throw error;
  }
  return { socketPath, done: 'started', stop: () => dockerd.stop(STOP) };
}

/** An engine that a killed start of ours left running is ours again. */
function adopt(socketPath: string, paths: DataPaths): Engine {
  const ours = readRemembered(paths.pid('dockerd'));
  return {
    socketPath,
    done: null,
    stop: async () => {
      if (ours !== undefined) await stopRemembered(paths.pid('dockerd'), STOP);
    },
  };
}

async function startDockerd(
  socketPath: string,
  paths: DataPaths,
  extraArgs: readonly string[],
): Promise<ServerProcess> {
  const program = findProgram('dockerd');
  if (program === undefined) throw new Sentence('dockerd is not installed (Debian package docker.io).');
  return startServerProcess({
    program,
    args: ['--host', `unix://${socketPath}`, ...extraArgs],
    env: { ...process.env, DOCKER_HOST: undefined },
    cwd: '/',
    account: undefined,
    logFile: paths.log('dockerd'),
    pidFile: paths.pid('dockerd'),
  });
}

async function waitForEngine(socketPath: string, patienceMs: number, failure: () => string | undefined): Promise<void> {
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

function unreachable(socketPath: string, reason: string): string {
  if (reason === 'EACCES')
    return `This user may not use ${socketPath}: run as root or with sudo, or join the group docker.`;
  if (process.platform === 'darwin')
    return `No Docker engine answers on ${socketPath} (${reason}): start Docker Desktop or its like.`;
  return `No Docker engine answers on ${socketPath} (${reason}), and this user cannot start one. As root: apt-get install docker.io, then systemctl start docker.`;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join('\n');
}
