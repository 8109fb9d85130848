/** How long this process keeps everything else waiting, for whoever asks for its metrics. */
import { Gauge, type Registry } from '@prometheus-io/client';
import type { Lifecycle } from '../shared/platform/lifecycle.ts';

const LOOK_EVERY_MS = 10;
const US_PER_S = 1_000_000;

/**
 * The most CPU time between two looks since it was last asked for: a free loop looks every 10 ms, a busy one as soon as
 * it comes to it. Unlike a delay by the clock it tells of this process alone, not of what else the machine does.
 */
export function watchEventLoop(registry: Registry, lifecycle: Pick<Lifecycle, 'onClose'>): void {
  let lastUs = threadUs();
  let mostUs = 0;
  const timer = setInterval(() => {
    const nowUs = threadUs();
    mostUs = Math.max(mostUs, nowUs - lastUs);
    lastUs = nowUs;
  }, LOOK_EVERY_MS).unref();
  lifecycle.onClose('event loop watch', () => {
    clearInterval(timer);
  });
  new Gauge({
    name: 'ci_worker_event_loop_busy_max_seconds',
    help: 'Most CPU time that the event loop used between two looks, 10 ms apart when it is free, since the last scrape.',
    registers: [registry],
    collect() {
      this.set(mostUs / US_PER_S);
      mostUs = 0;
    },
  });
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
