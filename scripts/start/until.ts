/** Waiting for a condition. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

export type Patience = { readonly patienceMs: number; readonly signal: AbortSignal };

/** Polls until `check` is true; `onImpatience` throws the error to fail with. */
export async function until(
  check: () => Promise<boolean>,
  { patienceMs, signal }: Patience,
  onImpatience: () => never,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await check())) {
    signal.throwIfAborted();
    if (performance.now() > deadline) onImpatience();
    await delay(POLL_MS);
  }
}
