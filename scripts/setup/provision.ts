/** Brings a machine to what a command needs: packages, then the engine. Idempotent, and quick when nothing is missing. */
import { provideAptPackages, hasApt, type PackageNeed } from './apt-packages.ts';
import type { DataPaths } from './data-directory.ts';
import { createEngineApi } from './engine-api.ts';
import { engineSocket, provideEngine, type Engine } from './engine.ts';
import { knowsGvisor } from './gvisor.ts';
import {
  BROWSER_NEED,
  COMPOSE_NEED,
  CURL_NEED,
  engineNeed,
  GVISOR_NEED,
  IMAGE_NEED,
  POSTGRES_NEED,
  PYTHON_NEED,
  REDIS_NEED,
} from './package-needs.ts';
import type { Report } from './report.ts';
import { rootAccess } from './root-access.ts';

export type Wanted = {
  readonly redis: boolean;
  readonly postgres: boolean;
  /** With it, what builds the sandbox image. */
  readonly engine: boolean;
  /** The client of the command that a start shows. */
  readonly curl: boolean;
  /** The commands that bring up docker-compose.yml. */
  readonly compose?: boolean;
  readonly python?: boolean;
  /** What shows the operators' pages, and these themselves. */
  readonly browser?: boolean;
  /** Sandboxes under gVisor. */
  readonly gvisor?: boolean;
};

/**
 * Installs the packages that are missing for what is wanted.
 * @throws Sentence naming what to install where it cannot
 */
export async function providePackages(wanted: Wanted, dockerHost: string | undefined, report: Report): Promise<void> {
  const programs = PROGRAM_NEEDS.filter(([name]) => wanted[name] === true).map(([, need]) => need);
  const needs = [...(await engineNeeds(wanted, engineSocket(dockerHost))), ...programs];
  await provideAptPackages(needs, await rootAccess(), report);
}

const PROGRAM_NEEDS: readonly (readonly [name: keyof Wanted, need: PackageNeed])[] = [
  ['redis', REDIS_NEED],
  ['postgres', POSTGRES_NEED],
  ['curl', CURL_NEED],
  ['compose', COMPOSE_NEED],
  ['python', PYTHON_NEED],
  ['browser', BROWSER_NEED],
];

async function engineNeeds({ engine, gvisor }: Wanted, socketPath: string): Promise<PackageNeed[]> {
  if (!engine) return [];
  const needs = hasApt() ? [IMAGE_NEED] : [];
  if (process.platform !== 'linux') return needs;
  if ((await createEngineApi(socketPath).ping()) !== null) needs.unshift(engineNeed());
  if (gvisor === true && !(await knowsGvisor(socketPath))) needs.push(GVISOR_NEED);
  return needs;
}

/** The engine, answering; said only when it had to be started. */
export async function provideRunningEngine(
  dockerHost: string | undefined,
  { paths, gvisor = false }: { readonly paths: DataPaths; readonly gvisor?: boolean },
  report: Report,
): Promise<Engine> {
  let engine: Engine | undefined;
  await report.step('docker engine', async () => {
    engine = await provideEngine({ socketPath: engineSocket(dockerHost), paths, gvisor });
    return engine.done;
  });
  if (engine === undefined) throw new Error('the step gave no engine');
  return engine;
}
