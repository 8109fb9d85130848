/** One waiter's view of one execution: a wake-up that came before the waiting counts. Pure but for its timer. */
import type { RecordedEnd } from './ended-row.ts';

export type Watch = {
  /** Resolves at the next wake-up since the last call, after `timeoutMs`, or when `signal` aborts; never rejects. */
  next(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** The execution became final, or so it is said: `next` resolves at once. */
  wake(): void;
  /** Something else that the watcher waits for happened: `next` resolves at once, `wakes` stays. */
  nudge(): void;
  /** How often `wake` was called. */
  wakes(): number;
  /** The end, if this process has recorded it. */
  end(): RecordedEnd | undefined;
  setEnd(end: RecordedEnd): void;
  stop(): void;
};

export function createWatch(onStop: () => void): Watch {
  let woken = false;
  let wakes = 0;
  let ended: RecordedEnd | undefined;
  let resume: (() => void) | undefined;

  function nudge(): void {
    woken = true;
    resume?.();
  }

  return {
    async next(timeoutMs, signal) {
      if (!woken && signal?.aborted !== true) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, timeoutMs);
          function done() {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resume = undefined;
            resolve();
          }
          resume = done;
          signal?.addEventListener('abort', done);
        });
      }
      woken = false;
    },
    wake() {
      wakes += 1;
      nudge();
    },
    nudge,
    wakes: () => wakes,
    end: () => ended,
    setEnd(end) {
      ended = end;
    },
    stop: onStop,
  };
}
