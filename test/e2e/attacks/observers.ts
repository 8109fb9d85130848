/** What is watched from outside while an attack goes on: memory of the service's processes, answers of the api. */
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const KIB = 1024;
const HEALTH_MS_MAX = 500;
const POLL_MS = 50;

/** Resident memory of a process, now. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * KIB;
}

/** How long the api may take to say that it is alive: twice as long when others keep the machine's cores busy. */
export function healthMsMax(): number {
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism();
  return isBusy ? HEALTH_MS_MAX * 2 : HEALTH_MS_MAX;
}

/** Asks `GET /healthz` over and over until stopped. */
export function watchHealth(url: string) {
  let worstMs = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const askedAtMs = performance.now();
      const { status } = await fetch(`${url}/healthz`);
      if (status !== 200) throw new Error(`healthz answered ${String(status)}`);
      worstMs = Math.max(worstMs, performance.now() - askedAtMs);
      await delay(POLL_MS);
    }
  })();
  // Its failure is told by `stop`, not as an unhandled rejection before.
  watching.catch(() => undefined);
  return {
    /** @returns the slowest answer, in milliseconds; throws when one was wrong or did not come */
    async stop(): Promise<number> {
      stopped = true;
      await watching;
      return worstMs;
    },
  };
}
