import type { LoggedEvent } from '../../../shared/contracts/response-event.ts';

/**
 * Where a reader is in a log.
 * @param after number of the last event that it has; 0: none
 */
export function createPlace(after: number) {
  let seen = after;
  let hasBegun = after > 0;
  let isTorn = false;
  let isAtEnd = false;
  return {
    /** Number of the last event that came in order. */
    seen: () => seen,
    /** Whether events after that one are missing. */
    isTorn: () => isTorn,
    isAtEnd: () => isAtEnd,
    /** @returns whether the event comes next, and nothing before it is missing */
    reach(number: number, logged: LoggedEvent | undefined): boolean {
      const isContinued = logged?.type === 'continued';
      const isNext = number === seen + 1 || isContinued;
      const isKnownBefore = hasBegun || isContinued || logged?.type === 'created';
      isTorn = !isNext || !isKnownBefore;
      if (isTorn) return false;
      hasBegun ||= !isContinued;
      isAtEnd = logged?.type === 'ended';
      seen = number;
      return true;
    },
  };
}

export type Place = ReturnType<typeof createPlace>;
