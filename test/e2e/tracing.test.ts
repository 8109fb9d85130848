/** Traces as a collector gets them, across api and worker. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../shared/contracts/execution.ts';
import { eventually } from '../helpers/eventually.ts';
import { startService, type Service } from '../helpers/service.ts';
import { startTraceCollector, type TraceCollector } from '../helpers/trace-collector.ts';

const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;
const ERROR = 2;
/** Longer than spans wait for others to be sent with. */
const SENT = { timeoutMs: 20_000, intervalMs: 50 };
const SLEEP = 'import time\ntime.sleep(1)';

let collector: TraceCollector;
let service: Service;
let loaded: string;
beforeAll(async () => {
  collector = await startTraceCollector();
  loaded = mkdtempSync(join(tmpdir(), 'loaded-'));
  service = await startService({
    slots: 1,
    env: {
      NODE_V8_COVERAGE: loaded,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=for-the-collector',
    },
  });
}, 120_000);
afterAll(async () => {
  await service.stop();
  await collector.stop();
  rmSync(loaded, { recursive: true });
}, 60_000);

const traceparentOf = (letter: string) => `00-${letter.repeat(32)}-${letter.repeat(16)}-01`;

/** Spans of an execution by their names, once all of them have come. */
async function spansOf(executionId: string) {
  return eventually(() => {
    const [enqueue, job] = ['enqueue', 'job'].map((name) =>
      collector.spans.find((span) => span.name === name && span.attributes['ci.execution.id'] === executionId),
    );
    const run = collector.spans.find((span) => span.name === 'run' && span.parentSpanId === job?.spanId);
    const request = collector.spans.find(({ spanId }) => spanId === enqueue?.parentSpanId);
    return enqueue && job && run && request && { request, enqueue, job, run };
  }, SENT);
}

/** Every file that matches among those that the processes had loaded which wrote into the directory. */
function filesIn(directory: string, pattern: RegExp): string[] {
  const files = readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .flatMap((text) => text.match(/"url":"file:[^"]*"/g) ?? []);
  return [...new Set(files.filter((file) => pattern.test(file)))];
}

/** All of OpenTelemetry but its interface, which the library for metrics loads and which does nothing by itself. */
const SDK = /\/@opentelemetry\/(?!api\/)/;

describe('a trace', () => {
  it('goes from the client over request and queue to job and run', async () => {
    const { body } = await service.call('/v1/executions?wait=60', {
      body: { code: 'print(1)' },
      headers: { traceparent: traceparentOf('a') },
    });
    const { id, organization_id } = body as Execution;
    const { request, enqueue, job, run } = await spansOf(id);
    expect([request, enqueue, job, run].map(({ traceId }) => traceId)).toEqual(Array(4).fill('a'.repeat(32)));
    expect([request, enqueue, job, run].map(({ parentSpanId }) => parentSpanId)).toEqual([
      'a'.repeat(16),
      request.spanId,
      enqueue.spanId,
      job.spanId,
    ]);
    expect([request.service, job.service]).toEqual(['code-interpreter-api', 'code-interpreter-worker']);
    expect([request.kind, enqueue.kind, job.kind]).toEqual([SERVER, PRODUCER, CONSUMER]);
    expect(request).toMatchObject({
      name: 'POST /v1/executions',
      attributes: { 'http.response.status_code': 200, 'ci.execution.id': id, 'ci.organization.id': organization_id },
    });
    expect(job.attributes).toMatchObject({
      'ci.execution.attempt': 1,
      'ci.execution.status': 'completed',
      'ci.execution.exit_reason': 'ok',
      'ci.execution.queue_ms': (body as Execution).usage?.queue_ms,
    });
    expect(collector.keys).toContain('for-the-collector');
  }, 60_000);

  it('also holds an execution that another one let out of the queue', async () => {
    const ids = await Promise.all(
      ['b', 'c', 'd', 'e'].map(async (letter) => {
        const { body } = await service.call('/v1/executions', {
          body: { code: SLEEP },
          headers: { traceparent: traceparentOf(letter) },
        });
        return { letter, id: (body as Execution).id };
      }),
    );
    for (const { letter, id } of ids) {
      await service.reaches(id, 'completed');
      const { request, enqueue, job } = await spansOf(id);
      expect([request, enqueue, job].map(({ traceId }) => traceId)).toEqual(Array(3).fill(letter.repeat(32)));
      expect(enqueue.attributes['ci.execution.generation']).toBe(job.attributes['ci.execution.generation']);
    }
  }, 90_000);

  it('begins at the request where the client tells none that can be read', async () => {
    const { body } = await service.call('/v1/executions?wait=60', {
      body: { code: '1' },
      headers: { traceparent: `${traceparentOf('f')}-and-more` },
    });
    const { request, job } = await spansOf((body as Execution).id);
    expect(request.parentSpanId ?? '').toBe('');
    expect(request.traceId).not.toBe('f'.repeat(32));
    expect(job.traceId).toBe(request.traceId);
  }, 60_000);

  it('is not marked as failed by what code does', async () => {
    const { id } = await service.run('raise ValueError(1)');
    const { request, job } = await spansOf(id);
    expect(job.attributes['ci.execution.exit_reason']).toBe('exception');
    expect([request, job].map(({ status }) => status.code)).not.toContain(ERROR);
  }, 60_000);

  it('holds nothing that a client sent and nothing that its code wrote', async () => {
    const secrets = ['in-the-code', 'in-the-input', 'in-the-metadata', 'in-the-output', 'in-the-error'];
    const { id } = await service.run(
      'x = "in-the-code"\nprint("-".join(["in", "the", "output"]))\nraise ValueError("-".join(["in", "the", "error"]))',
      { stdin: 'in-the-input', metadata: { note: 'in-the-metadata' } },
    );
    await service.call('/v1/in-the-code?in-the-input', { body: { 'in-the-metadata': 1 } });
    await spansOf(id);
    await eventually(
      () => collector.spans.some(({ attributes }) => attributes['http.response.status_code'] === 404),
      SENT,
    );
    const sent = collector.bodies.join('\n');
    expect(sent).toContain(id);
    for (const secret of [...secrets, service.tenant.key]) expect(sent).not.toContain(secret);
  }, 60_000);

  it('is not made of what load balancers ask and clients do not want traced', async () => {
    await service.call('/healthz');
    const unwanted = '0123456789abcdef'.repeat(2);
    await service.call('/v1/executions?wait=60', {
      body: { code: '1' },
      headers: { traceparent: `00-${unwanted}-${'1'.repeat(16)}-00` },
    });
    const { id } = await service.run('1');
    await spansOf(id);
    expect(collector.spans.map(({ attributes }) => attributes['http.route'])).not.toContain('/healthz');
    expect(collector.spans.map(({ traceId }) => traceId)).not.toContain(unwanted);
  }, 60_000);

  it('is sent before the processes end', async () => {
    const { id } = await service.run('2');
    await Promise.all([...service.apis, ...service.workers].map((process) => process.end()));
    const ofIt = collector.spans.filter(({ attributes }) => attributes['ci.execution.id'] === id);
    expect(ofIt.map(({ name }) => name).sort()).toEqual(['POST /v1/executions', 'enqueue', 'job']);
    expect(filesIn(loaded, SDK)).not.toEqual([]);
  }, 60_000);
});

describe('without a collector', () => {
  it('nothing of OpenTelemetry is loaded', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'loaded-'));
    try {
      const untraced = await startService({ env: { NODE_V8_COVERAGE: directory, OTEL_SERVICE_NAME: 'alone' } });
      const { status } = await untraced.run('print(1)').finally(() => untraced.stop());
      expect(status).toBe('completed');
      expect(filesIn(directory, /\/(?:api|worker)\/main\.ts/)).toHaveLength(2);
      expect(filesIn(directory, SDK)).toEqual([]);
      expect(filesIn(directory, /tracing-sdk/)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 120_000);
});
