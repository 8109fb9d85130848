/** Brings a machine to what a command needs: packages, then the engine. Idempotent, and quick when nothing is missing. */
import { provideAptPackages, hasApt, type PackageNeed } from './apt-packages.ts';
import type { DataPaths } from './data-directory.ts';
import { createEngineApi } from './engine-api.ts';
import { engineSocket, provideEngine, type Engine } from './engine.ts';
import { CURL_NEED, engineNeed, IMAGE_NEED, POSTGRES_NEED, REDIS_NEED } from './package-needs.ts';
import type { Report } from './report.ts';
import { rootAccess } from './root-access.ts';

export type Wanted = {
  readonly redis: boolean;
  readonly postgres: boolean;
  /** With it, what builds the sandbox image. */
  readonly engine: boolean;
  /** The client of the command that a start shows. */
  readonly curl: boolean;
};

/**
 * Installs the packages that are missing for what is wanted.
 * @throws Sentence naming what to install where it cannot
 */
export async function providePackages(wanted: Wanted, dockerHost: string | undefined, report: Report): Promise<void> {
  const needs: PackageNeed[] = [];
  if (wanted.engine && process.platform === 'linux') {
    const answers = (await createEngineApi(engineSocket(dockerHost)).ping()) === null;
    if (!answers) needs.push(engineNeed());
  }
  if (wanted.redis) needs.push(REDIS_NEED);
  if (wanted.postgres) needs.push(POSTGRES_NEED);
  if (wanted.engine && hasApt()) needs.push(IMAGE_NEED);
  if (wanted.curl) needs.push(CURL_NEED);
  await provideAptPackages(needs, await rootAccess(), report);
}

/** The engine, answering; said only when it had to be started. */
export async function provideRunningEngine(
  dockerHost: string | undefined,
  paths: DataPaths,
  report: Report,
): Promise<Engine> {
  let engine: Engine | undefined;
  await report.step('docker engine', async () => {
    engine = await provideEngine({ socketPath: engineSocket(dockerHost), paths });
    return engine.done;
  });
  if (engine === undefined) throw new Error('the step gave no engine');
  return engine;
}
