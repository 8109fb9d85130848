import { Registry } from '@prometheus-io/client';
import { describe, expect, it } from '@jest/globals';
import type { RunReport } from '../../../shared/contracts/result.ts';
import { RunFinished } from '../../../shared/contracts/result.ts';
import { createWorkerMetrics } from '../../../worker/metrics.ts';

const finished: RunReport = RunFinished.parse({
  kind: 'finished',
  version: 1,
  execution_id: 'exec_00000000000000000000',
  organization_id: 'org_00000000000000000000',
  generation: 1,
  attempt: 1,
  worker_id: 'worker_1',
  started_at_ms: 0,
  finished_at_ms: 20,
  exit: { reason: 'timed_out', code: null, signal: null },
  outputs: [],
  truncated: { stdout: false, stderr: false, outputs: false },
  usage: { queue_ms: 1, start_ms: 1, wall_ms: 20, cpu_ms: 1, memory_peak_bytes: 1 },
});

function stage() {
  const registry = new Registry();
  return { metrics: createWorkerMetrics(registry), lines: async () => (await registry.metrics()).split('\n') };
}

const never = new AbortController().signal;

describe('worker metrics', () => {
  it('count a run once its report is posted', async () => {
    const { metrics, lines } = stage();
    const failing = metrics.countRuns({ post: () => Promise.reject(new Error('away')) });
    await expect(failing.post(finished)).rejects.toThrow('away');
    expect(await lines()).toContain('ci_worker_runs_total{reason="timed_out"} 0');
    await metrics.countRuns({ post: () => Promise.resolve() }).post(finished);
    expect(await lines()).toContain('ci_worker_runs_total{reason="timed_out"} 1');
    expect(await lines()).toContain('ci_worker_run_seconds_sum 0.02');
  });

  it('count starts of sandboxes and those that failed', async () => {
    const { metrics, lines } = stage();
    expect(await metrics.countStarts(() => Promise.resolve('a sandbox'))(512, never)).toBe('a sandbox');
    await expect(metrics.countStarts(() => Promise.reject(new Error('no image')))(512, never)).rejects.toThrow();
    expect(await lines()).toContain('ci_worker_sandbox_starts_total{outcome="started"} 1');
    expect(await lines()).toContain('ci_worker_sandbox_starts_total{outcome="failed"} 1');
  });

  it('count contents of files by where they came from', async () => {
    const { metrics, lines } = stage();
    for (const outcome of ['fetched', 'kept', 'kept', 'failed'] as const) metrics.countContents(outcome);
    expect((await lines()).filter((line) => line.startsWith('ci_worker_file_contents_total'))).toEqual([
      'ci_worker_file_contents_total{outcome="kept"} 2',
      'ci_worker_file_contents_total{outcome="fetched"} 1',
      'ci_worker_file_contents_total{outcome="failed"} 1',
    ]);
  });

  it('do not count a start that was given up', async () => {
    const { metrics, lines } = stage();
    const start = metrics.countStarts(() => Promise.reject(new Error('stopped')));
    await expect(start(512, AbortSignal.abort())).rejects.toThrow('stopped');
    expect(await lines()).toContain('ci_worker_sandbox_starts_total{outcome="failed"} 0');
  });

  it('tell what the worker says of itself', async () => {
    const { metrics, lines } = stage();
    metrics.observe(() => ({
      version: 1,
      worker_id: 'worker_1',
      host: 'h',
      service_version: '1',
      image_hash: '',
      runtime: 'runc',
      slots: 4,
      busy: 3,
      sandboxes: { warm: 1, bound: 2, starting: 0 },
      engine: { healthy: false, version: null, detail: null },
      draining: true,
      paused: true,
      packages: null,
      started_at_ms: 0,
      beat_at_ms: 0,
    }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'ci_worker_slots 4',
        'ci_worker_slots_busy 3',
        'ci_worker_engine_healthy 0',
        'ci_worker_paused 1',
        'ci_worker_draining 1',
        'ci_worker_sandboxes{state="bound"} 2',
      ]),
    );
  });
});
