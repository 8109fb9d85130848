/** Counts what each organization has under way on this process, up to a bound. Pure. */
import type { OrganizationId } from '../../shared/contracts/ids.ts';

export type Leave = () => void;

export function createPlaces(max: number) {
  const taken = new Map<OrganizationId, number>();

  function leave(organizationId: OrganizationId): void {
    const left = (taken.get(organizationId) ?? 1) - 1;
    if (left === 0) taken.delete(organizationId);
    else taken.set(organizationId, left);
  }

  return {
    /** @returns what gives the place back, however often it is called; undefined when there is none */
    enter(organizationId: OrganizationId): Leave | undefined {
      const before = taken.get(organizationId) ?? 0;
      if (before >= max) return undefined;
      taken.set(organizationId, before + 1);
      let isInside = true;
      return () => {
        if (isInside) leave(organizationId);
        isInside = false;
      };
    },
    /** Places taken by all organizations. */
    size: () => [...taken.values()].reduce((sum, count) => sum + count, 0),
  };
}
