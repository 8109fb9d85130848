/** What the document shows for each call: requests, answers and errors. Pure. */
import { ERROR_HELP } from '../shared/contracts/error-help.ts';
import { ERROR_STATUS, errorType, type ErrorCode, type ErrorEnvelope } from '../shared/contracts/errors.ts';
import { FILE_EXAMPLES } from './file-examples.ts';
import { adminExamples } from './admin-examples.ts';
import { OPENAI_RESPONSE_EXAMPLES } from './openai-response-examples.ts';
import { ORGANIZATION_EXAMPLES } from './organization-examples.ts';
import { RESPONSE_EXAMPLE, RESPONSE_EXAMPLES } from './response-examples.ts';
import { QUOTA_EXAMPLES } from './quota-examples.ts';
import { WEBHOOK_EXAMPLES, webhookEventExample } from './webhook-examples.ts';

const ID = 'exec_4s0kq7n2m9x1c5v8b3z6';
const WHEN = '2026-01-01T12:00:00.000Z';

const SUMMARY = {
  id: ID,
  object: 'execution',
  organization_id: 'org_7d2fk0q9w3e5r8t1y6u4',
  status: 'completed',
  language: 'python',
  isolation: 'organization',
  timeout_ms: 30_000,
  memory_mb: 512,
  figure_format: 'png',
  files: [],
  exit: { reason: 'ok', code: 0, signal: null },
  truncated: { stdout: false, stderr: false, outputs: false },
  usage: { queue_ms: 2.1, start_ms: 1.4, wall_ms: 6.3, cpu_ms: 4.9, memory_peak_bytes: 12_582_912 },
  created_at: WHEN,
  started_at: '2026-01-01T12:00:00.004Z',
  finished_at: '2026-01-01T12:00:00.010Z',
  attempt: 1,
  metadata: { conversation: '42' },
  response_id: null,
};

const CODE = 'import statistics\nprint("mean of three")\nattach("mean.csv", "mean\\n2\\n")\nstatistics.mean([3, 1, 2])';

const FINISHED = {
  ...SUMMARY,
  code: CODE,
  stdout: 'mean of three\n',
  stderr: '',
  outputs: [
    { type: 'text', stream: 'stdout', text: 'mean of three\n' },
    { type: 'file', name: 'mean.csv', mime_type: 'text/csv', size_bytes: 7, content_base64: 'bWVhbgoyCg==' },
    { type: 'result', data: { 'text/plain': '2' } },
  ],
};

const NOT_YET = { status: 'queued', exit: null, usage: null, started_at: null, finished_at: null, attempt: 0 };

const QUEUED = { ...FINISHED, ...NOT_YET, stdout: '', outputs: [] };

const CANCELLED = {
  ...FINISHED,
  status: 'cancelled',
  exit: { reason: 'cancelled', code: null, signal: null },
  stdout: '',
  outputs: [],
};

const EVENTS: readonly (readonly [name: string, id: string, data: unknown])[] = [
  ['execution.queued', '0.0-0', { ...SUMMARY, ...NOT_YET }],
  ['execution.started', '1.1767268800004-0', { id: ID, attempt: 1, started_at: SUMMARY.started_at }],
  ['execution.output', '1.1767268800004-1', { id: ID, attempt: 1, output: FINISHED.outputs[0] }],
  ['execution.output', '1.1767268800004-2', { id: ID, attempt: 1, output: FINISHED.outputs[1] }],
  ['execution.output', '1.1767268800004-3', { id: ID, attempt: 1, output: FINISHED.outputs[2] }],
  ['execution.finished', '1.end', FINISHED],
];

/** A stream of events, byte for byte. */
export const EVENTS_EXAMPLE = EVENTS.map(
  ([name, id, data]) => `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`,
).join('');

/** What is posted to a receiver. */
export const WEBHOOK_EVENT_EXAMPLES = {
  execution: { value: webhookEventExample('execution.completed', FINISHED) },
  response: { value: webhookEventExample('response.completed', RESPONSE_EXAMPLE) },
};

export type Example = { readonly summary?: string; readonly value: unknown };
export type CallExamples = {
  readonly requests?: Readonly<Record<string, Example>>;
  /** By status of the answer. */
  readonly answers?: Readonly<Record<number, unknown>>;
  /** A stream, byte for byte; that of an execution if left out. */
  readonly events?: string;
};

/** By `operationId`. */
export const CALL_EXAMPLES: Readonly<Record<string, CallExamples>> = {
  createExecution: {
    requests: {
      plain: { summary: 'Text and a value', value: { code: CODE, metadata: { conversation: '42' } } },
      input: {
        summary: 'With input and a shorter time',
        value: { code: 'print(input())', stdin: 'hello\n', timeout_ms: 5_000 },
      },
      plot: {
        summary: 'A picture',
        value: { code: 'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()', figure_format: 'svg' },
      },
      files: {
        summary: 'With a file that was uploaded before',
        value: {
          code: 'import pandas as pd\npd.read_csv("/mnt/data/sales.csv").describe()',
          files: [{ file_id: 'file_7h2k9m4p6q8r1s3t5v0w', name: 'sales.csv' }],
        },
      },
    },
    answers: { 200: FINISHED, 202: QUEUED },
  },
  readExecution: { answers: { 200: FINISHED } },
  listExecutions: { answers: { 200: { object: 'list', data: [SUMMARY], has_more: false, first_id: ID, last_id: ID } } },
  cancelExecution: { answers: { 200: CANCELLED } },
  deleteExecution: { answers: { 200: { id: ID, object: 'execution', deleted: true } } },
  listPackages: {
    answers: { 200: { python: '3.13.5', packages: [{ name: 'numpy', version: '2.2.4' }] } },
  },
  ...FILE_EXAMPLES,
  ...RESPONSE_EXAMPLES,
  ...OPENAI_RESPONSE_EXAMPLES,
  ...QUOTA_EXAMPLES,
  ...WEBHOOK_EXAMPLES,
  ...ORGANIZATION_EXAMPLES,
  ...adminExamples({ summary: SUMMARY, finished: FINISHED, queued: QUEUED, cancelled: CANCELLED }),
  readLiveness: { answers: { 200: { status: 'alive' } } },
  readReadiness: {
    answers: {
      200: { ready: true, parts: { database: { ok: true, detail: '' } } },
      503: { ready: false, parts: { database: { ok: false, detail: 'does not answer' } } },
    },
  },
};

/** One error as a client gets it. */
export function errorExample(code: ErrorCode): ErrorEnvelope {
  return {
    success: false,
    error: {
      code,
      message: ERROR_HELP[code].when,
      type: errorType(code),
      param: code === 'VALIDATION_ERROR' ? 'timeout_ms' : null,
      status: ERROR_STATUS[code],
      details: {},
      trace_id: '0b5a2a6e-6f3c-4f0e-9a53-6a7c5a3f9a11',
      timestamp: WHEN,
    },
  };
}
