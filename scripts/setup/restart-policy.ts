/** When a server that died is started again. Pure. */

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** More ends than this within the window: starting it again does not help. */
const ENDS_MAX = 6;
const WINDOW_MS = 60_000;

/**
 * @param endedAtMs when it ended, oldest first, the newest being the present one
 * @returns how long to wait before it is started again, null when it is given up
 */
export function restartDelay(endedAtMs: readonly number[], nowMs: number): number | null {
  const recent = endedAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS).length;
  if (recent > ENDS_MAX) return null;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, recent - 1));
}
