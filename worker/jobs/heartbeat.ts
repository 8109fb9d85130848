/** Says every second what this worker is and has; stops saying it when it ends. */
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';

const BEAT_MS = 1_000;

export type HeartbeatDeps = {
  readonly status: () => WorkerStatus;
  readonly beat: (status: WorkerStatus) => Promise<void>;
  readonly leave: (workerId: string) => Promise<void>;
};

export function startHeartbeat({ status, beat, leave }: HeartbeatDeps) {
  let beating: Promise<void> = Promise.resolve();
  // A missed beat is told by its absence: readers see the worker disappear.
  const tell = () => {
    beating = beat(status()).catch(() => undefined);
  };
  tell();
  const timer = setInterval(tell, BEAT_MS);
  return {
    /** Beats at once, after a change that others should see now. */
    tell,
    async stop(): Promise<void> {
      clearInterval(timer);
      await beating;
      await leave(status().worker_id).catch(() => undefined);
    },
  };
}
