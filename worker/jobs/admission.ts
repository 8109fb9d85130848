/** Decides whether this worker takes jobs: while the engine answers, results flow off and no operator holds it. */

const LOOK_MS = 1_000;

type Backlog = { readonly reports: number; readonly bytes: number };

export type AdmissionDeps = {
  readonly consumer: {
    readonly pause: () => Promise<void>;
    readonly resume: () => void;
    readonly isPaused: () => boolean;
  };
  readonly isEngineHealthy: () => boolean;
  readonly isHeld: () => boolean;
  /** What the results stream holds that no api has recorded yet. */
  readonly backlog: () => Promise<Backlog>;
  readonly backlogMax: Backlog;
  readonly report: (event: string, detail: unknown) => void;
};

export function startAdmission({ consumer, isEngineHealthy, isHeld, backlog, backlogMax, report }: AdmissionDeps) {
  let stopped = false;
  let isBacklogLow = true;

  function decide(): void {
    if (stopped) return;
    const admit = isEngineHealthy() && isBacklogLow && !isHeld();
    if (admit && consumer.isPaused()) {
      consumer.resume();
      report('takes jobs again', {});
    } else if (!admit && !consumer.isPaused()) {
      void consumer.pause();
      report('takes no jobs', {
        engineHealthy: isEngineHealthy(),
        resultsBacklogLow: isBacklogLow,
        heldByOperators: isHeld(),
      });
    }
  }

  async function look(): Promise<void> {
    // Without Redis nothing can be taken anyway.
    isBacklogLow = await backlog().then(
      ({ reports, bytes }) => reports <= backlogMax.reports && bytes <= backlogMax.bytes,
      () => isBacklogLow,
    );
    decide();
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    /** Decides at once, after the engine's health or the operators' word changed. */
    look: decide,
    stop(): void {
      stopped = true;
      clearInterval(timer);
    },
  };
}
