import { describe, expect, it } from '@jest/globals';
import { ExecutionJob } from '../../../shared/contracts/job.ts';
import type { SpanFields, SpanStart, Tracing } from '../../../shared/platform/spans.ts';
import type { HandBack, Run } from '../../../shared/queue/execution-consumer.ts';
import { createWorkerTracing } from '../../../worker/tracing.ts';

const job = ExecutionJob.parse({
  version: 1,
  execution_id: 'exec_00000000000000000000',
  organization_id: 'org_00000000000000000000',
  generation: 2,
  code: 'x',
  stdin: '',
  timeout_ms: 1,
  memory_mb: 1,
  isolation: 'fresh',
  created_at_ms: 0,
  traceparent: 'the-enqueue-span',
});

/** Keeps what spans are started with and told. */
function createRecorder() {
  const starts: SpanStart[] = [];
  const told: SpanFields[] = [];
  const span = {
    rename: () => undefined,
    set: (fields: SpanFields) => void told.push(fields),
    fail: () => undefined,
    traceparent: 'a-span',
  };
  const tracing: Tracing = {
    inSpan(start, work) {
      starts.push(start);
      return work(span);
    },
    current: () => span,
  };
  return { starts, told, tracing };
}

const runOf = (handBack: Run['handBack']): Run => ({
  job,
  attempt: 3,
  lostBefore: 0,
  signal: new AbortController().signal,
  handBack,
});

describe('worker tracing', () => {
  it('gives everything back as it is where it is off', () => {
    const off = createWorkerTracing(undefined, 'worker_1');
    const process = () => Promise.resolve();
    const acquire = () => Promise.reject(new Error('not called'));
    const results = { post: () => Promise.resolve() };
    expect([off.jobs(process), off.runs(acquire), off.ends(results)]).toEqual([process, acquire, results]);
    expect(off.ends(results)).toBe(results);
  });

  it('continues the trace of the job and tells that it was handed back', async () => {
    const { starts, told, tracing } = createRecorder();
    const handedBack: HandBack[] = [];
    const process = createWorkerTracing(tracing, 'worker_1').jobs((run) => {
      run.handBack('loss');
      return Promise.resolve();
    });
    await process(runOf((reason) => handedBack.push(reason)));
    expect(starts).toMatchObject([
      { name: 'job', parent: { traceparent: 'the-enqueue-span' }, fields: { 'ci.execution.attempt': 3 } },
    ]);
    expect(handedBack).toEqual(['loss']);
    expect(told).toEqual([{ 'ci.job.handed_back': 'loss' }]);
  });
});
