/** The Docker engine: one that answers is used as it is, otherwise one is started, and ended with the service. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from './account.ts';
import { findProgram, runCommand } from './command.ts';
import type { DataPaths } from './data-directory.ts';
import { DOCKERD_STOP, startDockerd, waitForEngine } from './dockerd.ts';
import { createEngineApi } from './engine-api.ts';
import { gvisorArgs, knowsGvisor, machineSettings, requireGvisor } from './gvisor.ts';
import { readRemembered, stopRemembered } from './server-process.ts';
import { Sentence } from './sentence.ts';

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

export type EngineRequest = {
  readonly socketPath: string;
  readonly paths: DataPaths;
  /** Whether it must know gVisor. */
  readonly gvisor?: boolean;
};

/**
 * Makes the engine answer; dockerd is installed when it must be started here.
 * @throws Sentence when it cannot be reached or started, or does not know gVisor and is not ours to change
 */
export async function provideEngine({ socketPath, paths, gvisor = false }: EngineRequest): Promise<Engine> {
  const engine = await findOrStart({ socketPath, paths, gvisor });
  try {
    if (gvisor) await requireGvisor(socketPath);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return engine;
}

async function findOrStart(request: Required<EngineRequest>): Promise<Engine> {
  const { socketPath, paths, gvisor } = request;
  const found = await createEngineApi(socketPath).ping();
  if (found === null && !(await mustStartAgain(request))) return adopt(socketPath, paths);
  if (!isRoot()) throw new Sentence(unreachable(socketPath, found ?? 'it must be started again, with gVisor'));
  if (found !== null && socketPath === DEFAULT_SOCKET && existsSync('/run/systemd/system'))
    return startUnit(socketPath);
  await stopRemembered(paths.pid('dockerd'), DOCKERD_STOP);
  const dockerd = await startDockerd({
    socketPath,
    paths,
    args: gvisor ? gvisorArgs(paths.run, machineSettings()) : [],
  });
  return { socketPath, done: 'started', stop: () => dockerd.stop(DOCKERD_STOP) };
}

/** One that a killed start of ours left running, when gVisor was not asked for. */
async function mustStartAgain({ socketPath, paths, gvisor }: Required<EngineRequest>): Promise<boolean> {
  return gvisor && readRemembered(paths.pid('dockerd')) !== undefined && !(await knowsGvisor(socketPath));
}

async function startUnit(socketPath: string): Promise<Engine> {
  const systemctl = findProgram('systemctl') ?? 'systemctl';
  const { status, output } = await runCommand(systemctl, ['start', 'docker']);
  if (status !== 0) throw new Sentence(`systemctl start docker failed: ${output.trim()} (see: journalctl -u docker)`);
  await waitForEngine(socketPath);
  return { socketPath, done: 'started by systemd', stop: () => Promise.resolve() };
}

/** An engine that a killed start of ours left running is ours again. */
function adopt(socketPath: string, paths: DataPaths): Engine {
  const ours = readRemembered(paths.pid('dockerd'));
  return {
    socketPath,
    done: null,
    stop: async () => {
      if (ours !== undefined) await stopRemembered(paths.pid('dockerd'), DOCKERD_STOP);
    },
  };
}

function unreachable(socketPath: string, reason: string): string {
  if (reason === 'EACCES')
    return `This user may not use ${socketPath}: run as root or with sudo, or join the group docker.`;
  if (process.platform === 'darwin')
    return `No Docker engine answers on ${socketPath} (${reason}): start Docker Desktop or its like.`;
  return `No Docker engine answers on ${socketPath} (${reason}), and this user cannot start one. As root: apt-get install docker.io, then systemctl start docker.`;
}
