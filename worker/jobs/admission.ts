/** Decides whether this worker takes jobs: only while the engine answers and results flow off. */

const LOOK_MS = 1_000;

export type AdmissionDeps = {
  readonly consumer: {
    readonly pause: () => Promise<void>;
    readonly resume: () => void;
    readonly isPaused: () => boolean;
  };
  readonly isEngineHealthy: () => boolean;
  /** Reports in the results stream that no api has recorded yet. */
  readonly backlog: () => Promise<number>;
  readonly backlogMax: number;
  readonly report: (event: string, detail: unknown) => void;
};

export function startAdmission({ consumer, isEngineHealthy, backlog, backlogMax, report }: AdmissionDeps) {
  let stopped = false;
  let isBacklogLow = true;

  function decide(): void {
    if (stopped) return;
    const admit = isEngineHealthy() && isBacklogLow;
    if (admit && consumer.isPaused()) {
      consumer.resume();
      report('takes jobs again', {});
    } else if (!admit && !consumer.isPaused()) {
      void consumer.pause();
      report('takes no jobs', { engineHealthy: isEngineHealthy(), resultsBacklogLow: isBacklogLow });
    }
  }

  async function look(): Promise<void> {
    // Without Redis nothing can be taken anyway.
    isBacklogLow = await backlog().then(
      (length) => length <= backlogMax,
      () => isBacklogLow,
    );
    decide();
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    /** Decides at once, after the engine's health changed. */
    look: decide,
    stop(): void {
      stopped = true;
      clearInterval(timer);
    },
  };
}
