/** What the document shows for what operators look at and act on, and for usage. Pure. */
import { EXIT_REASONS } from '../shared/contracts/statuses.ts';
import { ACCOUNT_EXAMPLES } from './account-examples.ts';
import { pageExamples } from './page-examples.ts';

const ORGANIZATION_ID = 'org_7d2fk0q9w3e5r8t1y6u4';
const WORKER_ID = 'worker_0f8fad5b-d9cb-469f-a165-70867728950e';

const SUMS = {
  executions: 3,
  by_exit_reason: { ...Object.fromEntries(EXIT_REASONS.map((reason) => [reason, 0])), ok: 2, timed_out: 1 },
  cpu_seconds: 30.4,
  wall_seconds: 31.2,
  queue_seconds: 0.6,
  input_bytes: 96_512,
  output_bytes: 2_048,
  responses: 1,
  input_tokens: 412,
  output_tokens: 96,
};

const USAGE = {
  object: 'usage',
  granularity: 'day',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-02T00:00:00.000Z',
  totals: SUMS,
  data: [{ start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z', ...SUMS }],
};

const ORGANIZATION_USAGE = { organization_id: ORGANIZATION_ID, ...USAGE };

const WORKER = {
  id: WORKER_ID,
  object: 'worker',
  state: 'taking',
  host: 'worker-1',
  service_version: '0.1.0',
  image_hash: 'sha256:8d1f…',
  python: '3.13.5',
  runtime: 'runc',
  slots: 4,
  busy: 1,
  sandboxes: { warm: 4, bound: 2, starting: 0 },
  engine: { healthy: true, version: '20.10.24', detail: null },
  machine: { cpus: 4, load: 1.25, memory_bytes: 16_777_216_000, memory_free_bytes: 9_437_184_000 },
  started_at: '2026-01-01T08:00:00.000Z',
  heartbeat_age_ms: 420,
};

const QUEUE = {
  object: 'queue',
  paused: false,
  queued: 12,
  in_flight: 5,
  slots: 4,
  oldest_queued_seconds: 1.3,
  results_backlog: { reports: 0, bytes: 0 },
};

const ORGANIZATION_QUEUE = {
  object: 'organization.queue',
  organization_id: ORGANIZATION_ID,
  paused: false,
  queued: 12,
  queued_bytes: 6_144,
  in_flight: 4,
  running: 3,
  running_max: null,
  weight: 1,
  share: 0.5,
  oldest_execution_id: 'exec_4s0kq7n2m9x1c5v8b3z6',
  oldest_queued_at: '2026-01-01T12:00:00.000Z',
};

const CANCELLATION = {
  object: 'execution.cancellation',
  dry_run: false,
  matched: 13,
  cancelled: 12,
  stopping: 1,
  remaining: 0,
};

/** Executions as organizations see them. */
export type ShownExecutions = Readonly<Record<'summary' | 'finished' | 'queued' | 'cancelled', object>>;

export function adminExamples({ summary, finished, queued, cancelled }: ShownExecutions) {
  const seen = {
    worker_id: WORKER_ID,
    generation: 1,
    losses: 0,
    input_bytes: 112,
    output_bytes: 214,
    dispatched_at: null,
    cancel_requested_at: null,
  };
  const whole = { ...seen, container_id: '9f2c41d07ab3', stdin: '' };
  const waiting = { ...queued, ...whole, worker_id: null, container_id: null, output_bytes: 0 };
  const listed = { object: 'list', has_more: false };
  const ids = (id: string) => ({ first_id: id, last_id: id });
  return {
    listAllExecutions: {
      answers: { 200: { ...listed, data: [{ ...summary, ...seen }], ...ids('exec_4s0kq7n2m9x1c5v8b3z6') } },
    },
    readAnyExecution: { answers: { 200: { ...finished, ...whole } } },
    cancelAnyExecution: { answers: { 200: { ...cancelled, ...whole } } },
    retryExecution: { answers: { 202: waiting } },
    ...ACCOUNT_EXAMPLES,
    ...pageExamples(waiting),
    cancelExecutions: {
      requests: {
        organization: {
          summary: 'What waits of one organization',
          value: { organization_id: ORGANIZATION_ID, status: 'queued' },
        },
        count: { summary: 'How many run on a worker', value: { worker_id: WORKER_ID, dry_run: true } },
      },
      answers: { 200: CANCELLATION },
    },
    listWorkers: { answers: { 200: { ...listed, data: [WORKER], ...ids(WORKER_ID) } } },
    drainWorker: { answers: { 200: { ...WORKER, state: 'paused' } } },
    resumeWorker: { answers: { 200: WORKER } },
    readQueue: { answers: { 200: QUEUE } },
    pauseQueue: { answers: { 200: { ...QUEUE, paused: true } } },
    resumeQueue: { answers: { 200: QUEUE } },
    listQueues: { answers: { 200: { ...listed, data: [ORGANIZATION_QUEUE], ...ids(ORGANIZATION_ID) } } },
    readOrganizationQueue: { answers: { 200: ORGANIZATION_QUEUE } },
    pauseOrganizationQueue: { answers: { 200: { ...ORGANIZATION_QUEUE, paused: true, share: null } } },
    resumeOrganizationQueue: { answers: { 200: ORGANIZATION_QUEUE } },
    readUsage: { answers: { 200: ORGANIZATION_USAGE } },
    readOrganizationUsage: { answers: { 200: ORGANIZATION_USAGE } },
    readServiceUsage: {
      answers: { 200: { ...USAGE, organizations: [{ ...SUMS, organization_id: ORGANIZATION_ID }] } },
    },
  };
}
