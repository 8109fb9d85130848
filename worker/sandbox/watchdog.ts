/**
 * The worker's own clock over one run, for when the supervisor does not do what it should: the code must begin soon
 * after it was sent, end within its time, and end at once when it is cancelled.
 */

/**
 * From sending the code, or the next bytes of its files, to its first line: in a new sandbox on a busy machine the imports
 * of the scientific packages come between.
 */
const START_MS = 60_000;
/** The supervisor ends a run by itself; after this much more the container is killed. */
const KILL_GRACE_MS = 1_000;
/** A cancelled run whose end the supervisor does not report is killed with its container. */
const CANCEL_GRACE_MS = 400;

export type WatchdogDeps = {
  readonly hasEnded: () => boolean;
  /** Told why the run must go; null when it is not the run's own doing. */
  readonly kill: (cause: 'timed_out' | 'cancelled' | null) => void;
};

export function createWatchdog({ hasEnded, kill }: WatchdogDeps, timeoutMs: number) {
  const timers = new Set<NodeJS.Timeout>();
  const checks = new Set<NodeJS.Immediate>();

  function arm(cause: 'timed_out' | 'cancelled' | null, delayMs: number): void {
    const timer = setTimeout(() => {
      // After a stall of this process the end may be waiting in the socket: it is read first.
      checks.add(
        setImmediate(() => {
          if (!hasEnded()) kill(cause);
        }),
      );
    }, delayMs);
    timers.add(timer);
  }

  function stop(): void {
    for (const timer of timers) clearTimeout(timer);
    for (const check of checks) clearImmediate(check);
    timers.clear();
    checks.clear();
  }

  arm(null, START_MS);
  return {
    /** More bytes of the run's files have gone out: the sandbox takes them. */
    onFileBytes(): void {
      stop();
      arm(null, START_MS);
    },
    onStarted(): void {
      stop();
      arm('timed_out', timeoutMs + KILL_GRACE_MS);
    },
    onCancel(): void {
      arm('cancelled', CANCEL_GRACE_MS);
    },
    stop,
  };
}
