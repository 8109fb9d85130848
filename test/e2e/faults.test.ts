/** Bad luck: processes, Redis and the engine go away in the middle; nothing acknowledged is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { containersOf, openEngineWire, type EngineWire } from '../helpers/engine.ts';
import type { Execution } from '../../shared/contracts/execution.ts';
import { eventually } from '../helpers/eventually.ts';
import { startService, type Service, type ServiceOptions } from '../helpers/service.ts';

let service: Service;
let wire: EngineWire | undefined;
afterEach(async () => {
  await wire?.mend().catch(() => undefined);
  await service.stop().finally(() => wire?.close());
  wire = undefined;
}, 90_000);

async function start(options: ServiceOptions = {}): Promise<void> {
  service = await startService(options);
}

/** Within this a lost run is running elsewhere; the rest is for a machine that is busy with other tests. */
const PROMISED_MS = 5_000;
const MACHINE_MS = 5_000;

const SLOW = 'import time\ntime.sleep(2)\nprint("done")';

async function submit(code: string): Promise<string> {
  return ((await service.call('/v1/executions', { body: { code } })).body as Execution).id;
}

async function queueOf(): Promise<{ id: string; status: string }[]> {
  const { body } = await service.call('/v1/executions?limit=100');
  return (body as { data: { id: string; status: string }[] }).data;
}

describe('a worker', () => {
  it('that is killed in the middle loses nothing: the code runs again elsewhere within 5 s', async () => {
    await start({ workers: 2 });
    const id = await submit(SLOW);
    await service.reaches(id, 'running');
    (await service.busyWorker()).signal('SIGKILL');
    const killedAtMs = performance.now();
    await eventually(async () => (await service.read(id)).attempt === 2, { timeoutMs: 20_000, intervalMs: 25 });
    expect(performance.now() - killedAtMs).toBeLessThan(PROMISED_MS + MACHINE_MS);
    const execution = await service.reaches(id, 'completed', 'failed');
    expect(execution).toMatchObject({ status: 'completed', stdout: 'done\n', attempt: 2 });
  }, 90_000);

  it('that dies twice over one execution is not given a third', async () => {
    await start();
    const id = await submit('import time\ntime.sleep(25)');
    for (let deaths = 0; deaths < 2; deaths += 1) {
      await eventually(async () => (await service.read(id)).attempt === deaths + 1, {
        timeoutMs: 30_000,
        intervalMs: 50,
      });
      service.workers.at(-1)?.signal('SIGKILL');
      await service.startWorker();
    }
    expect(await service.reaches(id, 'completed', 'failed')).toMatchObject({ exit: { reason: 'sandbox_lost' } });
  }, 120_000);

  it('that freezes is replaced, and what it says when it wakes changes nothing', async () => {
    await start();
    const id = await submit(SLOW);
    await service.reaches(id, 'running');
    const [frozen] = service.workers;
    frozen?.signal('SIGSTOP');
    await service.startWorker();
    const execution = await service.reaches(id, 'completed', 'failed');
    frozen?.signal('SIGCONT');
    await frozen?.logged('lock_lost');
    await eventually(async () => (await service.resultsWaiting()) === 0);
    expect(await service.read(id)).toEqual(execution);
    expect(execution).toMatchObject({ status: 'completed', stdout: 'done\n' });
  }, 90_000);

  it('that is told to stop lets running code end and removes its containers', async () => {
    await start();
    const id = await submit(SLOW);
    await service.reaches(id, 'running');
    const [worker] = service.workers;
    expect(await worker?.end('SIGTERM')).toBe(0);
    expect(await service.reaches(id, 'completed', 'failed')).toMatchObject({ status: 'completed', attempt: 1 });
  }, 90_000);

  it('that was killed leaves containers that another worker of its deployment removes', async () => {
    await start();
    await service.run('1');
    const [worker] = service.workers;
    const workerId = String((await worker?.logged('ready'))?.['workerId']);
    const isGone = async () => (await containersOf([workerId])).length === 0;
    expect(await isGone()).toBe(false);
    worker?.signal('SIGKILL');
    await service.startWorker();
    await eventually(isGone, { timeoutMs: 60_000, intervalMs: 250 });
  }, 120_000);
});

describe('Redis', () => {
  it('that freezes is a clear refusal within 1.5 s, nothing stays behind, and service recovers by itself', async () => {
    await start();
    service.redis.freeze();
    const askedAt = performance.now();
    const refused = await service.call('/v1/executions', { body: { code: '1' } });
    const answeredMs = performance.now() - askedAt;
    service.redis.thaw();
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'QUEUE_UNAVAILABLE' } } });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answeredMs).toBeLessThan(1_500 + MACHINE_MS);
    expect(await queueOf()).toEqual([]);
    await eventually(
      async () => (await service.call('/v1/executions?wait=20', { body: { code: '1' } })).status === 200,
      {
        timeoutMs: 30_000,
        intervalMs: 200,
      },
    );
  }, 90_000);

  it('that is killed and comes back with its log runs what was acknowledged', async () => {
    await start({ appendonly: true });
    const ids = await Promise.all(Array.from({ length: 6 }, () => submit(SLOW)));
    await service.redis.kill9();
    await service.redis.restart();
    const ended = await Promise.all(ids.map((id) => service.reaches(id, 'completed', 'failed')));
    expect(ended.map(({ stdout }) => stdout)).toEqual(ids.map(() => 'done\n'));
  }, 120_000);

  it('that comes back empty is filled again from the rows', async () => {
    await start();
    const ids = await Promise.all(Array.from({ length: 6 }, () => submit(SLOW)));
    await service.redis.kill9();
    await service.redis.restart();
    const ended = await Promise.all(ids.map((id) => service.reaches(id, 'completed', 'failed')));
    expect(ended.map(({ stdout }) => stdout)).toEqual(ids.map(() => 'done\n'));
  }, 120_000);
});

describe('the api', () => {
  it('that is away when a result is posted records it when it is back', async () => {
    await start();
    const id = await submit(SLOW);
    await service.reaches(id, 'running');
    const [api] = service.apis;
    await api?.end('SIGKILL');
    await eventually(() => service.resultsWaiting(), { timeoutMs: 20_000, intervalMs: 50 });
    await service.startApi(new URL(service.url).port);
    expect(await service.reaches(id, 'completed', 'failed')).toMatchObject({
      status: 'completed',
      stdout: 'done\n',
      attempt: 1,
    });
  }, 90_000);
});

describe('the engine', () => {
  it('that goes away is seen, its jobs are held, and all goes on when it is back', async () => {
    wire = await openEngineWire();
    await start({ workerEnv: { DOCKER_SOCKET: wire.socketPath } });
    await service.run('1');
    await wire.cut();
    await eventually(async () => (await service.call('/readyz', { key: null })).status === 503, {
      intervalMs: 100,
    });
    const id = await submit('print("held")');
    await delay(2_500);
    expect(await service.read(id)).toMatchObject({ status: 'queued', attempt: 0 });
    await wire.mend();
    expect(await service.reaches(id, 'completed', 'failed')).toMatchObject({ status: 'completed', stdout: 'held\n' });
    await eventually(async () => (await service.call('/readyz', { key: null })).status === 200, {
      intervalMs: 100,
    });
  }, 120_000);

  it('that cannot start sandboxes is told of with the reason, and jobs wait for a worker that can', async () => {
    await start({ workers: 0 });
    const worker = service.startCrippledWorker({ SANDBOX_IMAGE: 'code-interpreter-sandbox:missing' });
    await eventually(() => worker.lines.some((line) => line.includes('No such image')), { timeoutMs: 20_000 });
    await eventually(
      async () => {
        const { status, body } = await service.call('/readyz', { key: null });
        return status === 503 && JSON.stringify(body).includes('no engine that can start sandboxes');
      },
      { intervalMs: 100 },
    );
    const id = await submit('print("at last")');
    await service.startWorker();
    expect(await service.reaches(id, 'completed', 'failed')).toMatchObject({
      status: 'completed',
      stdout: 'at last\n',
    });
  }, 60_000);
});
