/** What an api process counts, and what it looks up when Prometheus asks. */
import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { RunFinished } from '../shared/contracts/result.ts';
import { EXIT_REASONS } from '../shared/contracts/statuses.ts';
import type { WorkerStatus } from '../shared/contracts/worker-status.ts';
import { createRegistry, openMetricsServer, RUN_SECONDS } from '../shared/platform/metrics.ts';
import type { AnsweredRequest } from './app.ts';
import type { Config } from './config.ts';
import type { OpenDeps } from './open-adapters.ts';
import { takesJobs } from './services/health.ts';
import type { ReconcilerAction } from './services/reconcile-steps.ts';
import { createQuotaMetrics } from './quota-metrics.ts';
import { createResponseMetrics } from './response-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

const MS_PER_S = 1_000;
const QUEUE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800];

/** What is true of the whole deployment, whichever process is asked. Every look-up may fail: its gauges are gone then. */
export type Observed = {
  readonly depth: () => Promise<{ readonly queued: number; readonly inFlight: number }>;
  /** Null when nothing waits. */
  readonly oldestQueuedSeconds: () => Promise<number | null>;
  readonly backlog: () => Promise<{ readonly reports: number; readonly bytes: number }>;
  readonly workers: () => Promise<readonly WorkerStatus[]>;
  /** Null when no delivery is due. */
  readonly oldestDueWebhookSeconds: () => Promise<number | null>;
  /** Null when no response waits for a process that makes it. */
  readonly oldestWaitingResponseSeconds: () => Promise<number | null>;
};

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

export function createApiMetrics(registry: Registry, observed: Observed) {
  const registers = [registry];
  const requests = new Counter({
    name: 'ci_http_requests_total',
    help: 'Answered requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'ci_http_request_duration_seconds',
    help: 'From a request’s head to the end of its answer, with waiting and streaming where the client asked for it.',
    labelNames: ['route', 'method'],
    buckets: RUN_SECONDS,
    registers,
  });
  const finished = new Counter({
    name: 'ci_executions_finished_total',
    help: 'Ends of executions that this process recorded, by exit reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of EXIT_REASONS) finished.inc({ reason }, 0);
  const queueTime = new Histogram({
    name: 'ci_execution_queue_seconds',
    help: 'From acknowledged to taken by a worker.',
    buckets: QUEUE_SECONDS,
    registers,
  });
  const runTime = new Histogram({
    name: 'ci_execution_run_seconds',
    help: 'Wall-clock time of the code.',
    buckets: RUN_SECONDS,
    registers,
  });
  const actions = new Counter({
    name: 'ci_reconciler_actions_total',
    help: 'What the reconciler put right.',
    labelNames: ['action'],
    registers,
  });
  observe(registry, observed);

  return {
    ...createQuotaMetrics(registry),
    ...createResponseMetrics(registry),
    ...createWebhookMetrics(registry),
    onRequest({ route, method, status, durationMs }: AnsweredRequest): void {
      // A client chooses path and method freely: what no route took is one series.
      const labels = route === undefined ? { route: 'none', method: 'any' } : { route, method };
      requests.inc({ ...labels, status: String(status) });
      durations.observe(labels, durationMs / MS_PER_S);
    },
    onFinished({ exit, usage }: Pick<RunFinished, 'exit' | 'usage'>): void {
      finished.inc({ reason: exit.reason });
      queueTime.observe(usage.queue_ms / MS_PER_S);
      runTime.observe(usage.wall_ms / MS_PER_S);
    },
    /** One that waited: no worker tells of it. */
    onCancelled(): void {
      finished.inc({ reason: 'cancelled' });
    },
    onReconciled(action: ReconcilerAction, count: number): void {
      if (action === 'given_up') finished.inc({ reason: 'sandbox_lost' }, count);
      if (action === 'cancelled') finished.inc({ reason: 'cancelled' }, count);
      if (count > 0) actions.inc({ action }, count);
    },
  };
}

function observe(registry: Registry, observed: Observed): void {
  const { depth, oldestQueuedSeconds, backlog, workers } = observed;
  const gauge = lookedUp(registry);
  gauge('ci_queue_depth', 'Executions that wait for dispatch.', async () => (await depth()).queued);
  gauge(
    'ci_queue_in_flight',
    'Executions that were dispatched and have not ended.',
    async () => (await depth()).inFlight,
  );
  gauge('ci_queue_oldest_seconds', 'Age of the oldest execution that has not started.', async () => {
    return (await oldestQueuedSeconds()) ?? 0;
  });
  gauge('ci_results_backlog', 'Reports of workers that no api has recorded.', async () => (await backlog()).reports);
  gauge('ci_results_backlog_bytes', 'Memory of Redis that these reports take.', async () => (await backlog()).bytes);
  gauge('ci_webhook_oldest_due_seconds', 'How late the latest of the deliveries that are due is.', async () => {
    return (await observed.oldestDueWebhookSeconds()) ?? 0;
  });
  gauge('ci_responses_waiting_seconds', 'Age of the oldest response that nobody has begun to make.', async () => {
    return (await observed.oldestWaitingResponseSeconds()) ?? 0;
  });
  gauge('ci_workers', 'Workers that are alive.', async () => (await workers()).length);
  gauge('ci_slots', 'Slots of the workers that take jobs.', async () => {
    return (await workers()).filter(takesJobs).reduce((sum, { slots }) => sum + slots, 0);
  });
  gauge('ci_slots_busy', 'Slots in which code runs.', async () => {
    return (await workers()).reduce((sum, { busy }) => sum + busy, 0);
  });
}

/** Gauges that are looked up when they are asked for; one that cannot be is left out rather than wrong. */
function lookedUp(registry: Registry) {
  return (name: string, help: string, look: () => Promise<number>): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        try {
          this.set(await look());
        } catch {
          this.remove();
        }
      },
    });
    gauge.remove();
  };
}

type Opened = Pick<OpenDeps, 'log' | 'lifecycle'> & { readonly config: Pick<Config, 'METRICS_HOST' | 'METRICS_PORT'> };

/** Counts in any case; serves what it counted where a port is set. */
export async function openApiMetrics({ config, log, lifecycle }: Opened, observed: Observed) {
  const port = config.METRICS_PORT;
  const registry = createRegistry(port !== undefined);
  const metrics = createApiMetrics(registry, observed);
  const url =
    port === undefined ? undefined : await openMetricsServer(registry, { host: config.METRICS_HOST, port }, lifecycle);
  if (url !== undefined) log.info({ url }, 'metrics');
  return {
    ...metrics,
    url,
    /** @param counts by who reads the streams */
    observeStreams(counts: Readonly<Record<'organization' | 'operator', () => number>>): void {
      new Gauge({
        name: 'ci_event_streams',
        help: 'Event streams that are open on this process, by who reads them.',
        labelNames: ['reader'],
        registers: [registry],
        collect() {
          for (const [reader, count] of Object.entries(counts)) this.set({ reader }, count());
        },
      });
    },
  };
}
