import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, type StandInWorker } from '../../helpers/stand-in-worker.ts';

const PROMISED_MS = 1_500;
/** What a busy machine may add. */
const MACHINE_MS = 2_500;
const RECOVERY = { intervalMs: 50 };

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  worker = await stage.worker(api, { script: echo });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; tookMs: number }> {
  const startedMs = performance.now();
  return { value: await work(), tookMs: performance.now() - startedMs };
}

async function refusedSubmission(code: string) {
  const { value: response, tookMs } = await timed(() => client.post({ code }, { prefer: 'wait=10' }));
  const left = await stage.query('select id from executions where code = $1', [code]);
  return { error: await errorOf(response), tookMs, left };
}

const ready = async () => (await client.request('GET', '/readyz')).status === 200;

describe('outages: Redis', () => {
  it.each<[string, () => Promise<void> | void, () => Promise<void> | void]>([
    ['down', () => stage.redis.kill9(), () => stage.redis.restart()],
    [
      'frozen',
      () => {
        stage.redis.freeze();
      },
      () => {
        stage.redis.thaw();
      },
    ],
  ])(
    'refuses within 1.5 s while it is %s, leaves nothing behind, and works again by itself',
    async (name, begin, end) => {
      await client.run({ code: 'before' });
      await begin();
      const refused = await refusedSubmission(`refused ${name}`);
      const { value: probe, tookMs: probeMs } = await timed(() => client.request('GET', '/readyz'));
      const reading = await client.request('GET', '/v1/executions');
      await end();
      expect(refused.error).toMatchObject({ code: 'QUEUE_UNAVAILABLE', status: 503, type: 'server_error' });
      expect(refused.error.headers.get('retry-after')).toBe('1');
      expect(refused.tookMs).toBeLessThan(PROMISED_MS + MACHINE_MS);
      expect(refused.left).toEqual([]);
      expect(probe.status).toBe(503);
      expect(probeMs).toBeLessThan(PROMISED_MS + MACHINE_MS);
      expect(reading.status).toBe(200);
      await eventually(ready, RECOVERY);
      expect(await client.run({ code: 'after' })).toMatchObject({ status: 'completed' });
      expect(worker.taken.some(({ job }) => job.code === `refused ${name}`)).toBe(false);
    },
    40_000,
  );

  it('runs everything that was taken in when Redis is wiped', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async () => {
      await gate.promise;
      return {};
    });
    const taken = await Promise.all(Array.from({ length: 12 }, () => client.submit({ code: 'wiped' })));
    await eventually(() => worker.taken.filter(({ job }) => job.code === 'wiped').length === 4);
    await worker.boundary.redis.flushall();
    worker.use(echo);
    gate.resolve(undefined);
    await eventually(async () => {
      const open = await stage.query(`select id from executions where code = 'wiped' and status <> 'completed'`);
      return open.length === 0;
    }, RECOVERY);
    expect((await client.read(taken[0]?.id ?? '')).status).toBe('completed');
  }, 40_000);

  it('streams the end of an execution also when its live stream was wiped', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async ({ started }) => {
      await started();
      await gate.promise;
      return {};
    });
    const { id } = await client.submit({ code: 'streamed' });
    const response = await client.events(id);
    await eventually(async () => (await client.read(id)).status === 'running');
    await worker.boundary.redis.flushall();
    worker.use(echo);
    gate.resolve(undefined);
    expect(await response.text()).toContain('event: execution.finished');
  });
});

describe('outages: database', () => {
  it('answers 503 to readiness while it hangs, stays alive, and works again by itself', async () => {
    stage.postgres.freeze();
    const { value: probe, tookMs } = await timed(() => client.request('GET', '/readyz'));
    const alive = await client.request('GET', '/healthz');
    stage.postgres.thaw();
    expect(probe.status).toBe(503);
    expect(await probe.json()).toMatchObject({ ready: false, parts: { database: { ok: false }, redis: { ok: true } } });
    expect(tookMs).toBeLessThan(PROMISED_MS + MACHINE_MS);
    expect(alive.status).toBe(200);
    await eventually(ready, RECOVERY);
    expect(await client.run({ code: 'after' })).toMatchObject({ status: 'completed' });
  }, 40_000);

  it('answers 503 when its connections are cut, and works again by itself', async () => {
    await stage.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'code-interpreter-api' and pid <> pg_backend_pid()`,
    );
    await eventually(async () => (await client.request('GET', '/v1/executions')).status === 200, RECOVERY);
    expect(await client.run({ code: 'after' })).toMatchObject({ status: 'completed' });
  }, 40_000);
});

describe('outages: workers', () => {
  it('holds executions while no worker lives, says so, and runs them when one comes', async () => {
    const known = await (await client.request('GET', '/v1/packages')).json();
    await worker.stop();
    await eventually(async () => !(await ready()), RECOVERY);
    const probe = await client.request('GET', '/readyz');
    const { id } = await client.submit({ code: 'held' });
    const packages = await client.request('GET', '/v1/packages');
    worker = await stage.worker(api, { script: echo });
    expect(await probe.json()).toMatchObject({ parts: { workers: { ok: false, detail: 'no live worker' } } });
    expect(await packages.json()).toEqual(known);
    await eventually(async () => (await client.read(id)).status === 'completed', RECOVERY);
  }, 40_000);
});
