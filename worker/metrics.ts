/** What a worker counts, and what it says of itself when Prometheus asks. */
import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { PostedReport } from '../shared/contracts/packed-json.ts';
import { EXIT_REASONS } from '../shared/contracts/statuses.ts';
import type { WorkerStatus } from '../shared/contracts/worker-status.ts';
import type { Lifecycle } from '../shared/platform/lifecycle.ts';
import type { Log } from '../shared/platform/log.ts';
import { createRegistry, openMetricsServer, RUN_SECONDS } from '../shared/platform/metrics.ts';
import { watchEventLoop } from './event-loop.ts';
import type { CacheOutcome } from './files/file-cache.ts';

const MS_PER_S = 1_000;
const START_SECONDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20];

type Start<Sandbox> = (memoryMib: number, signal: AbortSignal) => Promise<Sandbox>;
type Results = { readonly post: (report: PostedReport, signal?: AbortSignal) => Promise<void> };

export function createWorkerMetrics(registry: Registry) {
  const registers = [registry];
  const starts = new Counter({
    name: 'ci_worker_sandbox_starts_total',
    help: 'Sandboxes that were to be started, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['started', 'failed']) starts.inc({ outcome }, 0);
  const startTime = new Histogram({
    name: 'ci_worker_sandbox_start_seconds',
    help: 'From asking the engine to the sandbox’s greeting.',
    buckets: START_SECONDS,
    registers,
  });
  const runs = new Counter({
    name: 'ci_worker_runs_total',
    help: 'Reported ends of runs, by exit reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of EXIT_REASONS) runs.inc({ reason }, 0);
  const runTime = new Histogram({
    name: 'ci_worker_run_seconds',
    help: 'Wall-clock time of the code.',
    buckets: RUN_SECONDS,
    registers,
  });
  const contents = new Counter({
    name: 'ci_worker_file_contents_total',
    help: 'Contents of files that executions were to be given: kept by the worker, fetched, or not to be had.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['kept', 'fetched', 'failed']) contents.inc({ outcome }, 0);

  return {
    countContents(outcome: CacheOutcome): void {
      contents.inc({ outcome });
    },
    countStarts<Sandbox>(start: Start<Sandbox>): Start<Sandbox> {
      return async (memoryMib, signal) => {
        const startedMs = performance.now();
        try {
          const sandbox = await start(memoryMib, signal);
          starts.inc({ outcome: 'started' });
          startTime.observe((performance.now() - startedMs) / MS_PER_S);
          return sandbox;
        } catch (error) {
          // One that nobody wants any more did not fail.
          if (!signal.aborted) starts.inc({ outcome: 'failed' });
          throw error;
        }
      };
    },
    countRuns(results: Results): Results {
      return {
        async post(report, signal) {
          await results.post(report, signal);
          if (report.kind !== 'finished') return;
          runs.inc({ reason: report.exit.reason });
          runTime.observe(report.usage.wall_ms / MS_PER_S);
        },
      };
    },
    observe(status: () => WorkerStatus): void {
      const gauge = (name: string, help: string, read: (of: WorkerStatus) => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read(status()));
          },
        });
      gauge('ci_worker_slots', 'Executions that may run at a time.', ({ slots }) => slots);
      gauge('ci_worker_slots_busy', 'Executions that run now.', ({ busy }) => busy);
      gauge('ci_worker_engine_healthy', '1 while the engine answers and starts sandboxes.', ({ engine }) =>
        Number(engine.healthy),
      );
      gauge('ci_worker_paused', '1 while operators hold the worker and it takes no jobs.', ({ paused }) =>
        Number(paused),
      );
      gauge('ci_worker_draining', '1 while the worker ends and takes no jobs.', ({ draining }) => Number(draining));
      new Gauge({
        name: 'ci_worker_sandboxes',
        help: 'Sandboxes: warm ones belong to nobody, bound ones to an organization.',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(status().sandboxes)) this.set({ state }, count);
        },
      });
    },
  };
}

export type MetricsSettings = { readonly host: string; readonly port: number | undefined };

/** Counts in any case; serves what it counted where a port is set. */
export async function openWorkerMetrics({ host, port }: MetricsSettings, lifecycle: Lifecycle, log: Log) {
  const registry = createRegistry(port !== undefined);
  if (port !== undefined) {
    watchEventLoop(registry, lifecycle);
    log.info({ url: await openMetricsServer(registry, { host, port }, lifecycle) }, 'metrics');
  }
  return createWorkerMetrics(registry);
}
