/** Warnings that an outage would repeat every second are logged once in a while. */
import type { Log } from './log.ts';

const AGAIN_AFTER_MS = 30_000;

export function createQuietWarning(log: Pick<Log, 'warn'>) {
  const loggedAtMs = new Map<string, number>();
  return (detail: Readonly<Record<string, unknown>>, message: string): void => {
    const nowMs = performance.now();
    if (nowMs - (loggedAtMs.get(message) ?? -Infinity) < AGAIN_AFTER_MS) return;
    loggedAtMs.set(message, nowMs);
    log.warn(detail, message);
  };
}
