/** Waiting for a condition without sleeping blindly. */
import { setTimeout as delay } from 'node:timers/promises';

type Falsy = false | null | undefined | 0 | '';
const isTruthy = <T>(value: T): value is Exclude<T, Falsy> => Boolean(value);

export type Patience = { readonly timeoutMs?: number; readonly intervalMs?: number };

/**
 * Polls until `check` gives something truthy, and gives that.
 * A check that throws makes the wait fail at once with that error.
 * @throws Error when the time is over, with the last value
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 20_000, intervalMs = 5 }: Patience = {},
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (isTruthy(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`not so after ${String(timeoutMs)} ms; last seen: ${String(value)}`);
    await delay(intervalMs);
  }
}
