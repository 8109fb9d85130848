/** Which of the floors stands beside a case. Pure. */
import type { Case } from './cases.ts';
import type { Summary } from './percentiles.ts';
import type { Floor } from './verdict.ts';

/** By {@link keyOf}. */
export type Floors = ReadonlyMap<string, Summary>;

export const PATH = 'HTTP + insert + queue + result, no sandbox';
export const CHURN = 'container churn, to the first byte of the runner';

export const keyOf = (name: string, clients = 1) => `${name} × ${String(clients)}`;

/**
 * What stands beside the case. Where one client waits: the sum of its parts' medians. Where many do: the rate of the
 * bottleneck, the way through the service or the cores.
 */
export function floorOf({ floor, clients, fork }: Case, floors: Floors, cores: number): Floor | null {
  if (floor === 'churn') {
    const churn = floors.get(keyOf(CHURN, clients));
    return churn === undefined ? null : { what: 'churn', p50Ms: null, perSecond: churn.perSecond };
  }
  const path = floors.get(keyOf(PATH, clients));
  const forked = floors.get(keyOf(forkName(fork)));
  if (path === undefined || forked === undefined) return null;
  const what = forkName(fork).replace(' + wait', '');
  if (clients === 1) return { what: `no sandbox + ${what}`, p50Ms: path.p50Ms + forked.p50Ms, perSecond: null };
  const ofCores = (cores * 1_000) / forked.p50Ms;
  return path.perSecond <= ofCores
    ? { what: 'no sandbox', p50Ms: null, perSecond: path.perSecond }
    : { what: `cores ÷ ${what}`, p50Ms: null, perSecond: ofCores };
}

/** @param name of a bare fork, or of what runs in the child */
export function forkName(name: string): string {
  return name.endsWith('fork') ? `${name} + wait` : `fork + ${name} + wait`;
}
