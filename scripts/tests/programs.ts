/** Programs that measure, try or show the whole service, and what each needs on the machine. Pure. */
import type { Wanted } from '../setup/provision.ts';

export type Program = {
  /** Below the project's directory. */
  readonly file: string;
  readonly needs: Wanted;
  /** Whether it needs root even where an engine answers. */
  readonly asRoot: boolean;
};

const SERVICE: Wanted = { redis: true, postgres: true, engine: true, curl: false };

/** By the name of their command in scripts/bootstrap.mjs. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  bench: { file: 'bench/run.ts', needs: SERVICE, asRoot: false },
  faults: { file: 'test/faults/main.ts', needs: SERVICE, asRoot: false },
  soak: { file: 'test/soak/main.ts', needs: SERVICE, asRoot: false },
  outputs: { file: 'scripts/write-outputs.ts', needs: SERVICE, asRoot: false },
  screenshots: { file: 'scripts/screenshots.ts', needs: { ...SERVICE, browser: true }, asRoot: false },
  fuzz: {
    file: 'test/fuzz/main.ts',
    needs: { redis: true, postgres: true, engine: false, curl: false, python: true },
    asRoot: false,
  },
  compose: {
    file: 'test/compose/main.ts',
    needs: { redis: false, postgres: false, engine: true, curl: false, compose: true },
    asRoot: true,
  },
};

export const PROGRAM_NAMES: readonly string[] = Object.keys(PROGRAMS);

export function findProgramToRun(name: string | undefined): Program | undefined {
  return name !== undefined && Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
}
