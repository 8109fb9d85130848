/** The kinds of tests, in the order in which they run, and what each needs on the machine. Pure. */
import type { Wanted } from '../setup/provision.ts';

export const SUITES = ['unit', 'contract', 'integration', 'e2e', 'browser', 'gvisor', 'gvisor-attacks'] as const;
export type Suite = (typeof SUITES)[number];

const NOTHING: Wanted = { redis: false, postgres: false, engine: false, curl: false };
const SERVERS: Wanted = { redis: true, postgres: true, engine: false, curl: false };
const GVISOR: Wanted = { ...SERVERS, engine: true, gvisor: true };

/** They take long: they run when they are named. */
const BY_NAME: readonly Suite[] = ['gvisor-attacks'];

export const SUITE_NEEDS: Record<Suite, Wanted> = {
  unit: NOTHING,
  contract: SERVERS,
  integration: SERVERS,
  e2e: { redis: true, postgres: true, engine: true, curl: true },
  browser: { ...SERVERS, engine: true, browser: true },
  gvisor: GVISOR,
  'gvisor-attacks': GVISOR,
};

/** @returns the suites named, without a name all but the long ones; undefined for a name that is none */
export function chooseSuites(names: readonly string[]): readonly Suite[] | undefined {
  if (names.length === 0) return SUITES.filter((suite) => !BY_NAME.includes(suite));
  const chosen = SUITES.filter((suite) => names.includes(suite));
  return chosen.length === new Set(names).size ? chosen : undefined;
}
