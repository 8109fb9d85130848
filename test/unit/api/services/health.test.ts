import { describe, expect, it } from '@jest/globals';
import { createHealth, takesJobs, workersPart } from '../../../../api/services/health.ts';
import { workerStatus } from '../../../helpers/stand-in-worker.ts';

const sick = workerStatus({ engine: { healthy: false, version: null, detail: 'connect ENOENT' } });
const ending = workerStatus({ draining: true });
const held = workerStatus({ paused: true });
const never = () => new Promise<never>(() => {});

describe('health: workers', () => {
  it('are ready when one of them takes executions', () => {
    expect(workersPart([sick, ending, workerStatus()])).toEqual({ ok: true, detail: '1 of 3 take executions' });
  });

  it.each([
    ['none lives', [], 'no live worker'],
    ['all are ending', [ending], 'all workers are ending'],
    ['the engine is away', [sick, ending], 'no engine that can start sandboxes'],
  ])('are not when %s', (_name, workers, detail) => {
    expect(workersPart(workers)).toEqual({ ok: false, detail });
  });

  it('take jobs while the engine is healthy, nobody holds them and they are not ending', () => {
    expect([workerStatus(), sick, ending, held].map(takesJobs)).toEqual([true, false, false, false]);
  });

  it('are ready while operators hold them: executions are taken in and wait', () => {
    expect(workersPart([ending, held])).toEqual({ ok: true, detail: 'operators hold the workers' });
  });
});

describe('health: readiness', () => {
  it('does not wait for parts that hang', async () => {
    const health = createHealth({ pingDatabase: never, heartbeats: { list: never }, isClosing: () => false });
    const startedMs = performance.now();
    expect(await health.readiness()).toMatchObject({
      ready: false,
      parts: { database: { ok: false }, redis: { ok: false }, workers: { ok: false } },
    });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('ends when the server closes', async () => {
    const list = () => Promise.resolve([workerStatus()]);
    const health = createHealth({ pingDatabase: () => Promise.resolve(), heartbeats: { list }, isClosing: () => true });
    expect(await health.readiness()).toMatchObject({
      ready: false,
      parts: { api: { ok: false }, workers: { ok: true } },
    });
  });
});
