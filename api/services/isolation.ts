/** Isolation can be tightened by everyone it concerns, and loosened by none of them. Pure. */
import type { Isolation } from '../../shared/contracts/execution.ts';

/** The tightest of what service, organization and request say; null and undefined say nothing. */
export function tightestIsolation(service: Isolation, ...others: readonly (Isolation | null | undefined)[]): Isolation {
  return [service, ...others].includes('fresh') ? 'fresh' : 'organization';
}
