/**
 * Keeps the lock of one running job alive. BullMQ's own renewal goes by job id: when one process runs a job again while
 * its old run still lives, the new run would never be renewed, and one loss would become two.
 */

export type LockRenewal = {
  /** Prolongs the lock; 0 means that it is no longer ours. */
  readonly extend: () => Promise<number>;
  readonly intervalMs: number;
  /** Called once when the lock is lost; renewal has ended then. */
  readonly onLost: () => void;
  /** Told when a try failed; the next one follows, as only Redis can say that the lock is lost. */
  readonly onError: (error: unknown) => void;
};

/** @returns a function that ends the renewal */
export function renewLock({ extend, intervalMs, onLost, onError }: LockRenewal): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };

  async function renew(): Promise<void> {
    try {
      const extended = await extend();
      if (extended === 0 && !stopped) {
        stop();
        onLost();
      }
    } catch (error) {
      if (!stopped) onError(error);
    }
    schedule();
  }

  function schedule(): void {
    if (!stopped) timer = setTimeout(() => void renew(), intervalMs);
  }

  schedule();
  return stop;
}
