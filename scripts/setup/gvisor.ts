/** gVisor as a runtime of the engine: whether the engine knows it, and how one of ours is told of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findProgram } from './command.ts';
import { createEngineApi } from './engine-api.ts';
import { Sentence } from './sentence.ts';

const RUNTIME = 'runsc';
/** No network at all, and the sandbox's own seccomp profile inside gVisor too. */
const RUNTIME_ARGS = ['--network=none', '--oci-seccomp'];
const MACHINE_SETTINGS = '/etc/docker/daemon.json';

const Runtimes = z.record(z.string(), z.unknown());
const Info = z.object({ Runtimes });
const EngineSettings = z.looseObject({ runtimes: Runtimes.optional() });
export type EngineSettings = z.infer<typeof EngineSettings>;

/** Whether an engine answers there that knows gVisor. */
export async function knowsGvisor(socketPath: string): Promise<boolean> {
  const api = createEngineApi(socketPath);
  if ((await api.ping()) !== null) return false;
  const { body } = await api.call('GET', '/info');
  return RUNTIME in Info.parse(JSON.parse(body)).Runtimes;
}

/** @throws Sentence that says what to add to an engine that is not ours to change */
export async function requireGvisor(socketPath: string): Promise<void> {
  if (await knowsGvisor(socketPath)) return;
  throw new Sentence(
    [
      `The Docker engine on ${socketPath} does not know the runtime ${RUNTIME} (gVisor), and settings of an engine that was not started here are left alone.`,
      `Add to its ${MACHINE_SETTINGS}:`,
      `  ${JSON.stringify(withGvisor({}, programPath()))}`,
      'and have it read that: systemctl reload docker, or a SIGHUP to dockerd. Without gVisor: unset SANDBOX_RUNTIME.',
    ].join('\n'),
  );
}

/** Pure: the settings of an engine (daemon.json) with gVisor added; one that is registered already stays as it is. */
export function withGvisor(settings: EngineSettings, program: string): EngineSettings {
  const registered = { [RUNTIME]: { path: program, runtimeArgs: RUNTIME_ARGS } };
  return { ...settings, runtimes: { ...registered, ...settings.runtimes } };
}

/**
 * Writes a file into `directory`: these settings, and gVisor.
 * @returns the arguments by which dockerd reads it, and not the machine's own
 */
export function gvisorArgs(directory: string, settings: EngineSettings): string[] {
  const file = join(directory, 'daemon.json');
  writeFileSync(file, JSON.stringify(withGvisor(settings, programPath())), { mode: 0o600 });
  return ['--config-file', file];
}

/** @throws Sentence when they cannot be read */
export function machineSettings(): EngineSettings {
  if (!existsSync(MACHINE_SETTINGS)) return {};
  try {
    return EngineSettings.parse(JSON.parse(readFileSync(MACHINE_SETTINGS, 'utf8')));
  } catch (error) {
    throw new Sentence(`${MACHINE_SETTINGS} cannot be read: ${String(error)}`, error);
  }
}

function programPath(): string {
  return findProgram(RUNTIME) ?? '/usr/bin/runsc';
}
