/** Bounds the requests that one organization has under way: each may hold an answer that its client does not read. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { createPlaces, type Leave } from './places.ts';

const RETRY_AFTER_SECONDS = 1;

/** @param max requests of one organization at once on this process */
export function createRequestPlaces(max: number) {
  const places = createPlaces(max);
  return {
    /**
     * @returns what to call when the request is over
     * @throws AppError RATE_LIMITED
     */
    enter(organizationId: OrganizationId): Leave {
      const leave = places.enter(organizationId);
      if (leave !== undefined) return leave;
      throw new AppError(
        'RATE_LIMITED',
        `Your organization has ${String(max)} requests under way, which is the most allowed at once.`,
        { details: { limit: max }, retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    },
    size: places.size,
  };
}
