import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperatorWorker, OperatorWorkerList } from '../../../shared/contracts/operator-worker.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { ok, workerStatus, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let one: StandInWorker;
let operator: Operator;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  one = await stage.worker(api, { workerId: 'worker_one', slots: 2 });
  operator = createOperator(api.url);
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

const slots = async () => Number(await one.boundary.redis.hget(one.boundary.keyspace.fairIndex.state, 'slots'));

async function tell(id: string, command: 'drain' | 'resume'): Promise<OperatorWorker> {
  return OperatorWorker.parse(await bodyOf(await operator.request('POST', `/admin/api/workers/${id}/${command}`)));
}

async function list(): Promise<OperatorWorker[]> {
  return OperatorWorkerList.parse(await bodyOf(await operator.request('GET', '/admin/api/workers'))).data;
}

describe('operator workers: list', () => {
  it('tells what every live worker says of itself, and when it was heard of', async () => {
    const [worker] = await list();
    expect(worker).toMatchObject({ id: 'worker_one', state: 'taking', slots: 2, busy: 0, python: '3.13.5' });
    expect(worker?.heartbeat_age_ms).toBeGreaterThanOrEqual(0);
    expect(worker?.heartbeat_age_ms).toBeLessThan(5_000);
  });

  it.each([
    ['draining', { draining: true, paused: true }],
    ['paused', { paused: true }],
    ['unable', { engine: { healthy: false, version: null, detail: 'away' } }],
  ])('says %s of one that is', async (state, change) => {
    await one.boundary.heartbeats.beat(workerStatus({ worker_id: 'worker_other', ...change }));
    expect((await list()).find(({ id }) => id === 'worker_other')?.state).toBe(state);
    await one.boundary.heartbeats.leave('worker_other');
  });

  it('takes a worker of a version that knows nothing of being held for one that is not', async () => {
    const earlier = { ...workerStatus({ worker_id: 'worker_earlier' }), paused: undefined };
    const { redis, keyspace } = one.boundary;
    await redis.set(`${keyspace.workerPrefix}worker_earlier`, JSON.stringify(earlier), 'PX', 5_000);
    await redis.sadd(keyspace.workers, 'worker_earlier');
    expect((await list()).find(({ id }) => id === 'worker_earlier')?.state).toBe('taking');
    await one.boundary.heartbeats.leave('worker_earlier');
  });
});

describe('operator workers: one that died', () => {
  it('is told within ten seconds, with nothing on it, and not when it ended in order', async () => {
    const died = {
      worker_id: 'worker_died',
      busy: 2,
      machine: { cpus: 4, load: 1, memory_bytes: 8, memory_free_bytes: 4 },
    };
    const { redis, keyspace, heartbeats } = one.boundary;
    await heartbeats.beat(workerStatus(died));
    await redis.pexpire(`${keyspace.workerPrefix}worker_died`, 1);
    await redis.pexpire(`${keyspace.seenWorkerPrefix}worker_died`, 15 * 60_000 - 5_000);
    await eventually(async () => (await list()).some(({ state }) => state === 'dead'));
    expect((await list()).find(({ id }) => id === 'worker_died')).toMatchObject({
      ...{ state: 'dead', busy: 0, slots: 4, python: '3.13.5', machine: died.machine },
    });
    await heartbeats.leave('worker_died');
    expect((await list()).map(({ id }) => id)).toEqual(['worker_one']);
  });

  it('is alive again once it is heard of, and forgotten after a quarter of an hour', async () => {
    const { redis, keyspace, heartbeats } = one.boundary;
    const at = `${keyspace.seenWorkerPrefix}worker_back`;
    await heartbeats.beat(workerStatus({ worker_id: 'worker_back' }));
    expect((await list()).filter(({ id }) => id === 'worker_back').map(({ state }) => state)).toEqual(['taking']);
    expect(await redis.pttl(at)).toBeGreaterThan(14 * 60_000);
    await redis.del(`${keyspace.workerPrefix}worker_back`, at);
    expect((await list()).map(({ id }) => id)).toEqual(['worker_one']);
  });
});

describe('operator workers: drain', () => {
  it('makes a worker take nothing new, tells when it obeys, and lets executions wait', async () => {
    expect((await tell('worker_one', 'drain')).state).toBe('paused');
    await eventually(async () => (await slots()) === 0);
    const { id } = await client.submit({ code: 'x' });
    expect(one.taken.some(({ job }) => job.execution_id === id)).toBe(false);
    expect((await tell('worker_one', 'resume')).state).toBe('taking');
    await eventually(async () => (await client.read(id)).status === 'completed');
  });

  it('leaves the slots of a drained worker out, and its share to the others', async () => {
    const two = await stage.worker(api, { workerId: 'worker_two', slots: 3 });
    await eventually(async () => (await slots()) === 5);
    await tell('worker_one', 'drain');
    await eventually(async () => (await slots()) === 3);
    const { id } = await client.run({ code: 'x' });
    expect(two.taken.map(({ job }) => job.execution_id)).toContain(id);
    await tell('worker_one', 'resume');
    await eventually(async () => (await slots()) === 5);
    await two.stop();
  });

  it('lets what runs end by itself', async () => {
    let end = () => {};
    one.use(async ({ started }) => {
      await started();
      await new Promise<void>((resolve) => (end = resolve));
      return {};
    });
    const { id } = await client.submit({ code: 'x' });
    await eventually(async () => (await client.read(id)).status === 'running');
    expect((await tell('worker_one', 'drain')).state).toBe('paused');
    end();
    await eventually(async () => (await client.read(id)).status === 'completed');
    one.use(ok);
    await tell('worker_one', 'resume');
  });

  it('leaves the api ready: executions are taken in', async () => {
    await tell('worker_one', 'drain');
    const { parts } = Object(await (await fetch(`${api.url}/readyz`)).json());
    expect(parts.workers).toEqual({ ok: true, detail: 'operators hold the workers' });
    await tell('worker_one', 'resume');
  });

  it('stays through a wipe of Redis', async () => {
    await tell('worker_one', 'drain');
    await one.boundary.redis.flushall();
    await eventually(async () => (await list()).some(({ id }) => id === 'worker_one'));
    expect((await list()).map(({ state }) => state)).toEqual(['paused']);
    expect((await tell('worker_one', 'resume')).state).toBe('taking');
  });

  it('is written down', async () => {
    await tell('worker_one', 'drain');
    await tell('worker_one', 'resume');
    const [resumed] = await operator.audit({ action: 'worker.resume' });
    const [drained] = await operator.audit({ action: 'worker.drain' });
    for (const entry of [resumed, drained]) expect(entry).toMatchObject({ outcome: 'done', target_id: 'worker_one' });
  });

  it('tells that there is no such worker', async () => {
    const response = await operator.request('POST', '/admin/api/workers/worker_nobody/drain');
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });
});
