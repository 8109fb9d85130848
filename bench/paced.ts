/** An open loop: one request every so often, whether the one before was answered or not. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from './load.ts';
import { summarize } from './percentiles.ts';

export type PaceOptions = {
  readonly count: number;
  readonly intervalMs: number;
  /** One request; gives the milliseconds, throws when anything is wrong. */
  readonly once: () => Promise<number>;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
};

/** Resolves when the last one was answered. Never rejects: what fails is counted and told. */
export async function drivePaced(options: PaceOptions): Promise<Load> {
  const { count, intervalMs, once, wait = delay, now = () => performance.now() } = options;
  const durationsMs: number[] = [];
  const failures: string[] = [];
  const open: Promise<void>[] = [];
  const startedMs = now();
  for (let sent = 0; sent < count; sent += 1) {
    await wait(Math.max(0, startedMs + sent * intervalMs - now()));
    open.push(
      once().then(
        (ms) => void durationsMs.push(ms),
        (error: unknown) => void failures.push(String(error)),
      ),
    );
  }
  await Promise.all(open);
  return { ...summarize(durationsMs, now() - startedMs), failures };
}
