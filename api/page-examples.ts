/** What the document shows for what operators' pages ask for. Pure. */
import { EXIT_REASONS } from '../shared/contracts/statuses.ts';
import { RESPONSE_EXAMPLE, RESPONSE_ITEM_EXAMPLES } from './response-examples.ts';

const WORKER_ID = 'worker_0f8fad5b-d9cb-469f-a165-70867728950e';
const ORGANIZATION_ID = 'org_7d2fk0q9w3e5r8t1y6u4';

const ACTIVITY = {
  created: 3,
  started: 3,
  ended: 3,
  by_exit_reason: { ...Object.fromEntries(EXIT_REASONS.map((reason) => [reason, 0])), ok: 2, timed_out: 1 },
  queue_ms: { p50: 4.1, p95: 8.6, p99: 8.6 },
  wall_ms: { p50: 41.3, p95: 30_100, p99: 30_100 },
};

const NOW = {
  at: '2026-01-01T12:59:30.000Z',
  queue: {
    object: 'queue',
    paused: false,
    queued: 12,
    in_flight: 5,
    slots: 4,
    oldest_queued_seconds: 1.3,
    results_backlog: { reports: 0, bytes: 0 },
  },
  workers: [{ id: WORKER_ID, host: 'worker-1', state: 'taking', slots: 4, busy: 4, warm: 4, bound: 2 }],
  health: {
    database: { ok: true, detail: 'answers' },
    redis: { ok: true, detail: 'answers' },
    engines: { ok: true, detail: '1 of 1 can start sandboxes' },
  },
};

const OVERVIEW = {
  object: 'overview',
  range: 'hour',
  from: '2026-01-01T12:00:00.000Z',
  to: '2026-01-01T13:00:00.000Z',
  bucket_seconds: 60,
  totals: ACTIVITY,
  data: [{ start: '2026-01-01T12:00:00.000Z', end: '2026-01-01T12:01:00.000Z', ...ACTIVITY }],
  organizations: [{ organization_id: ORGANIZATION_ID, name: 'Acme', executions: 3, cpu_seconds: 30.4 }],
  now: NOW,
};

/** As it is sent. */
const TICK = `event: overview\nid: ${NOW.at}\ndata: ${JSON.stringify({ object: 'overview.tick', now: NOW, last_minute: ACTIVITY })}\n\n`;

const SETTINGS = {
  object: 'settings',
  settings: [
    {
      name: 'PORT',
      description: 'Port on which the API listens; 0 takes any free one.',
      unit: null,
      value: 8_080,
      state: 'default',
    },
    { name: 'ADMIN_TOKEN', description: 'Secret: the operators’ token.', unit: null, value: null, state: 'hidden' },
  ],
  models: [{ name: 'clever', provider: 'openai-compatible', model: 'clever-1', is_default: true }],
  limits: [{ name: 'TIMEOUT_MS_MAX', value: 30_000 }],
  versions: { service: '0.1.0', node: 'v24.0.0', postgresql: '17.5', redis: '8.0.2' },
  packages: { python: '3.13.5', packages: [{ name: 'numpy', version: '2.2.4' }] },
};

const FILE = {
  id: 'file_7h2k9m4p6q8r1s3t5v0w',
  object: 'file',
  bytes: 24,
  created_at: 1_767_268_800,
  filename: 'sales.csv',
  purpose: 'user_data',
  mime_type: 'text/csv',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  status: 'processed',
};

const CARRIED = { steps: 2, started_at: '2026-01-01T12:00:00.000Z', cancel_requested_at: null };

const STEP = { first_token_ms: 310, attempts: 1 };

const WHOLE_RESPONSE = {
  ...RESPONSE_EXAMPLE,
  ...CARRIED,
  instructions: null,
  guidance: '',
  input: [
    {
      role: 'user',
      content: [{ type: 'text', text: 'What is the compound interest on $10,000 at 7% for 20 years?' }],
    },
  ],
  files: [],
  model_steps: [
    { ...STEP, item_ids: ['ci_5s4d3f2g1h0j9k8l7p6o'], model_ms: 930, input_tokens: 148, output_tokens: 71 },
    { ...STEP, item_ids: ['msg_2w3e4r5t6y7u8i9o0p1a'], model_ms: 1_840, input_tokens: 264, output_tokens: 25 },
  ],
  runs: [
    {
      execution_id: 'exec_4s0kq7n2m9x1c5v8b3z6',
      status: 'completed',
      exit_reason: 'ok',
      created_at: '2026-01-01T12:00:01.000Z',
      finished_at: '2026-01-01T12:00:01.050Z',
      queue_ms: 4.1,
      wall_ms: 41.3,
      cpu_ms: 38.2,
    },
  ],
  earlier_ids: [],
};

/** @param queued an execution as operators see it before it runs */
export function pageExamples(queued: object) {
  const listOf = (one: { readonly id: string }) => ({
    ...{ object: 'list', data: [one], has_more: false },
    ...{ first_id: one.id, last_id: one.id },
  });
  return {
    readOverview: { answers: { 200: OVERVIEW } },
    followOverview: { events: TICK },
    runInPlayground: {
      requests: {
        code: { summary: 'Some code', value: { organization_id: ORGANIZATION_ID, code: 'print(6 * 7)' } },
      },
      answers: { 202: { ...queued, metadata: { playground: 'true' } } },
    },
    listAllResponses: { answers: { 200: listOf({ ...RESPONSE_ITEM_EXAMPLES.summary, ...CARRIED }) } },
    readAnyResponse: { answers: { 200: WHOLE_RESPONSE } },
    cancelAnyResponse: { answers: { 200: { ...WHOLE_RESPONSE, status: 'cancelled' } } },
    listAssistantsOfOrganization: { answers: { 200: listOf(RESPONSE_ITEM_EXAMPLES.assistant) } },
    listFilesOfOrganization: { answers: { 200: listOf(FILE) } },
    uploadFileOfOrganization: { answers: { 200: FILE } },
    deleteFileOfOrganization: { answers: { 200: { id: FILE.id, object: 'file', deleted: true } } },
    readSettings: { answers: { 200: SETTINGS } },
  };
}
