/** Which of many outputs are on the page: thousands at once would hold it still for seconds. Pure. */

const FIRST_SHOWN = 100;
/** The end is always there: it says how it went, and while it runs it is what is new. */
const LAST_SHOWN = 20;
const ADDED_PER_ROUND = 200;

export type Shown = {
  /** How many stand before the gap; all of them where there is none. */
  readonly first: number;
  readonly leftOut: number;
  /** How many the next round adds. */
  readonly added: number;
};

/** @param rounds how often more were asked for */
export function shownOf(count: number, rounds: number): Shown {
  const first = FIRST_SHOWN + rounds * ADDED_PER_ROUND;
  const leftOut = count - first - LAST_SHOWN;
  if (leftOut <= 0) return { first: count, leftOut: 0, added: 0 };
  return { first, leftOut, added: Math.min(leftOut, ADDED_PER_ROUND) };
}
