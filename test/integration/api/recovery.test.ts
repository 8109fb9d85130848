import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFairIndex } from '../../../shared/queue/fair-index.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { echo, type StandInWorker } from '../../helpers/stand-in-worker.ts';

const PATIENCE = { intervalMs: 50 };

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  await stage.api();
  worker = await stage.worker(api, { script: echo });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

beforeEach(() => {
  worker.use(echo);
});

const ended = (id: string) =>
  eventually(async () => {
    const execution = await client.read(id);
    return execution.finished_at !== null && execution;
  }, PATIENCE);

describe('recovery: what crashes leave', () => {
  it('dispatches what an api released and died with', async () => {
    const id = await aRow(stage, client.organization.id);
    const index = createFairIndex(worker.boundary);
    const answer = await index.submit({ organizationId: client.organization.id, executionId: id, bytes: 1 });
    expect(answer).toEqual({ accepted: true, released: [id] });
    expect(await ended(id)).toMatchObject({ status: 'completed' });
    expect(worker.taken.find(({ job }) => job.execution_id === id)?.job.generation).toBe(2);
  });

  it('queues what an api stored and died with', async () => {
    const id = await aRow(stage, client.organization.id);
    expect(await ended(id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('drops an id whose row was removed', async () => {
    const index = createFairIndex(worker.boundary);
    await index.submit({ organizationId: client.organization.id, executionId: 'exec_00000000000000000000', bytes: 1 });
    await eventually(async () => {
      const { queued, inFlight } = await index.depth();
      return queued + inFlight === 0;
    }, PATIENCE);
  });

  it('runs a lost run again, and gives it up when it is lost once more', async () => {
    const long = {
      status: 'running',
      started_at: new Date(Date.now() - 60_000),
      attempt: 1,
      dispatched_at: new Date(),
      ...{ worker_id: 'gone', container_id: 'a1b2c3d4e5f6' },
    };
    const [once, twice] = [
      await aRow(stage, client.organization.id, long),
      await aRow(stage, client.organization.id, { ...long, losses: 1 }),
    ];
    expect(await ended(once)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await ended(twice)).toMatchObject({
      status: 'failed',
      exit: { reason: 'sandbox_lost', code: null, signal: null },
    });
    expect(worker.taken.some(({ job }) => job.execution_id === twice)).toBe(false);
    const ran = `select worker_id, container_id from executions where id = any($1) order by worker_id`;
    expect(await stage.query(ran, [[once, twice]])).toEqual([
      { worker_id: 'gone', container_id: 'a1b2c3d4e5f6' },
      { worker_id: 'stand-in', container_id: null },
    ]);
  });

  it('repeats a cancel that no worker heard', async () => {
    worker.use(async ({ started, cancelled }) => {
      await started();
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await client.submit({ code: 'unheard' });
    await eventually(async () => (await client.read(id)).status === 'running');
    await stage.query(`update executions set cancel_requested_at = now() - interval '1 minute' where id = $1`, [id]);
    expect(await ended(id)).toMatchObject({ status: 'cancelled' });
  });

  it('cancels instead of dispatching what was to be cancelled', async () => {
    const id = await aRow(stage, client.organization.id, {
      status: 'running',
      started_at: new Date(),
      cancel_requested_at: new Date(Date.now() - 60_000),
    });
    expect(await ended(id)).toMatchObject({ status: 'cancelled' });
    expect(worker.taken.some(({ job }) => job.execution_id === id)).toBe(false);
  });

  it('forgets idempotency keys after a day', async () => {
    const fresh = await stage.api();
    await stage.query(
      `insert into idempotency_keys (organization_id, method, path, key, body_sha256, created_at)
       values ($1, 'POST', '/v1/executions', 'old', '', now() - interval '25 hours'), ($1, 'POST', '/v1/executions', 'new', '', now())`,
      [client.organization.id],
    );
    await stage.api();
    await eventually(
      async () => (await stage.query(`select key from idempotency_keys where key = 'old'`)).length === 0,
      PATIENCE,
    );
    expect(await stage.query('select key from idempotency_keys')).toEqual([{ key: 'new' }]);
    await fresh.stop();
  });

  it('leaves nothing in flight and no row open', async () => {
    const index = createFairIndex(worker.boundary);
    await eventually(async () => {
      const { queued, inFlight } = await index.depth();
      return queued + inFlight === 0;
    }, PATIENCE);
    expect(await stage.query(`select id from executions where status in ('queued', 'running')`)).toEqual([]);
  });
});
