import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrganizationQueue, OrganizationQueueList, QueueState } from '../../../shared/contracts/operator-queue.ts';
import { CancelledExecutions } from '../../../shared/contracts/operator-execution.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { ok, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  worker = await stage.worker(api);
  operator = createOperator(api.url);
});

afterEach(async () => {
  await turn('resume');
});

afterAll(async () => {
  await stage.close();
});

const post = async (path: string, body?: unknown) =>
  bodyOf(await operator.request('POST', `/admin/api${path}`, body === undefined ? {} : { body }));
const turn = async (to: 'pause' | 'resume') => QueueState.parse(await post(`/queue/${to}`));
const turnOf = async ({ organization }: Client, to: 'pause' | 'resume') =>
  OrganizationQueue.parse(await post(`/queue/organizations/${organization.id}/${to}`));
const state = async () => QueueState.parse(await bodyOf(await operator.request('GET', '/admin/api/queue')));
const isTaken = (id: string) => worker.taken.some(({ job }) => job.execution_id === id);

describe('operator queue: the whole', () => {
  it('tells what is in it', async () => {
    expect(await state()).toEqual({
      object: 'queue',
      paused: false,
      queued: 0,
      in_flight: 0,
      slots: 4,
      oldest_queued_seconds: null,
      results_backlog: { reports: 0, bytes: expect.any(Number) },
    });
  });

  it('holds everything back while it is paused, and lets it go on', async () => {
    const client = await stage.client(api);
    expect((await turn('pause')).paused).toBe(true);
    const { id } = await client.submit({ code: 'x' });
    expect(await state()).toMatchObject({ paused: true, queued: 1, in_flight: 0 });
    expect((await state()).oldest_queued_seconds).toBeGreaterThan(0);
    expect(isTaken(id)).toBe(false);
    expect((await turn('resume')).paused).toBe(false);
    await eventually(async () => (await client.read(id)).status === 'completed');
  });

  it('stays paused through a wipe of Redis', async () => {
    const client = await stage.client(api);
    await turn('pause');
    const { id } = await client.submit({ code: 'x' });
    const { redis, keyspace } = worker.boundary;
    await redis.flushall();
    // Rebuilt, with slots to fill: the pause alone holds it back.
    await eventually(async () => Number(await redis.hget(keyspace.fairIndex.state, 'slots')) > 0);
    await eventually(async () => (await state()).queued === 1);
    expect(await state()).toMatchObject({ paused: true, in_flight: 0 });
    expect(isTaken(id)).toBe(false);
    await turn('resume');
    await eventually(async () => (await client.read(id)).status === 'completed');
  });

  it('counts also where Redis heard nothing of it', async () => {
    await stage.query(`insert into service_settings (name, value) values ('queue_paused', 'true')
      on conflict (name) do update set value = excluded.value`);
    const { redis, keyspace } = worker.boundary;
    await eventually(async () => (await redis.hexists(keyspace.fairIndex.state, 'paused')) === 1);
    await stage.query(`update service_settings set value = 'false' where name = 'queue_paused'`);
    await eventually(async () => (await redis.hexists(keyspace.fairIndex.state, 'paused')) === 0);
  });

  it('is written down', async () => {
    await turn('pause');
    await turn('resume');
    expect(await operator.audit({ action: 'queue.pause' })).toMatchObject([{ outcome: 'done' }, ...Array(2).fill({})]);
    expect((await operator.audit({ action: 'queue.resume' }))[0]).toMatchObject({ outcome: 'done' });
  });
});

describe('operator queue: one organization', () => {
  it('is held back while others go on', async () => {
    const [held, other] = [await stage.client(api), await stage.client(api)];
    expect(await turnOf(held, 'pause')).toMatchObject({ paused: true });
    const { id } = await held.submit({ code: 'x' });
    await other.run({ code: 'y' });
    expect(isTaken(id)).toBe(false);
    expect(await turnOf(held, 'resume')).toMatchObject({ paused: false });
    await eventually(async () => (await held.read(id)).status === 'completed');
    expect(await operator.audit({ organization_id: held.organization.id })).toMatchObject([
      { action: 'organization.resume_queue', outcome: 'done' },
      { action: 'organization.pause_queue', outcome: 'done' },
    ]);
  });

  it('is told with what it has in the queue', async () => {
    const client = await stage.client(api);
    await turnOf(client, 'pause');
    const first = await client.submit({ code: 'abc' });
    await client.submit({ code: 'de' });
    const path = `/admin/api/queue/organizations/${client.organization.id}`;
    expect(OrganizationQueue.parse(await bodyOf(await operator.request('GET', path)))).toEqual({
      object: 'organization.queue',
      organization_id: client.organization.id,
      paused: true,
      queued: 2,
      queued_bytes: 5,
      in_flight: 0,
      running: 0,
      running_max: null,
      weight: 1,
      share: null,
      oldest_execution_id: first.id,
      oldest_queued_at: first.created_at,
    });
    await turnOf(client, 'resume');
  });

  it('tells what runs of what is in flight', async () => {
    const client = await stage.client(api);
    const path = `/admin/api/queue/organizations/${client.organization.id}`;
    const counts = async () => {
      const queue = OrganizationQueue.parse(await bodyOf(await operator.request('GET', path)));
      return [queue.queued, queue.in_flight, queue.running];
    };
    const ending = Promise.withResolvers<undefined>();
    worker.use(async ({ run, started }) => {
      if (run.job.code === 'starts') await started();
      await ending.promise;
      return {};
    });
    const ids = await Promise.all(
      ['starts', 'starts', 'is on its way'].map(async (code) => (await client.submit({ code })).id),
    );
    await eventually(async () => (await counts()).join() === '0,3,2');
    ending.resolve(undefined);
    for (const id of ids) await eventually(async () => (await client.read(id)).status === 'completed');
    worker.use(ok);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('is listed, page by page, while anything of it is in the queue', async () => {
    await turn('pause');
    const clients = [await stage.client(api), await stage.client(api), await stage.client(api)];
    for (const client of clients) await client.submit({ code: 'x' });
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query = `limit=2${after === '' ? '' : `&after=${after}`}`;
      const response = await operator.request('GET', `/admin/api/queue/organizations?${query}`);
      const page = OrganizationQueueList.parse(await bodyOf(response));
      seen.push(...page.data.map((queue) => queue.organization_id));
      after = page.has_more ? page.last_id : null;
    }
    expect(seen).toEqual(clients.map(({ organization }) => organization.id).sort());
  });

  it.each([
    ['GET', ''],
    ['POST', '/pause'],
    ['POST', '/resume'],
  ])('is not found where there is none: %s %s', async (method, path) => {
    const response = await operator.request(method, `/admin/api/queue/organizations/${newId('org')}${path}`);
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });
});

describe('operator queue: cancel many', () => {
  const cancel = async (body: object) => CancelledExecutions.parse(await post('/executions/cancel', body));

  it('cancels what waits of one organization, and nothing of another', async () => {
    await turn('pause');
    const [client, other] = [await stage.client(api), await stage.client(api)];
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) ids.push((await client.submit({ code: 'x' })).id);
    const kept = await other.submit({ code: 'y' });
    const body = { organization_id: client.organization.id, status: 'queued' };
    expect(await cancel({ ...body, dry_run: true })).toMatchObject({
      dry_run: true,
      matched: 5,
      cancelled: 0,
      remaining: 5,
    });
    expect(await cancel(body)).toMatchObject({ dry_run: false, matched: 5, cancelled: 5, stopping: 0, remaining: 0 });
    for (const id of ids) expect((await client.read(id)).status).toBe('cancelled');
    expect((await other.read(kept.id)).status).toBe('queued');
    expect((await state()).queued).toBe(1);
    expect(
      await operator.audit({ action: 'executions.cancel', organization_id: client.organization.id }),
    ).toMatchObject([{ outcome: 'done', details: { cancelled: 5, stopping: 0 } }]);
    await other.cancel(kept.id);
  });

  it('goes through more than one batch', async () => {
    const client = await stage.client(api);
    await turnOf(client, 'pause');
    await stage.query(
      `insert into executions (id, organization_id, code, timeout_ms, memory_mb, isolation, input_bytes)
        select 'exec_' || lpad(n::text, 20, '0'), $1, 'x', 1000, 512, 'organization', 1 from generate_series(1, 450) n`,
      [client.organization.id],
    );
    expect(await cancel({ organization_id: client.organization.id })).toMatchObject({
      matched: 450,
      cancelled: 450,
      remaining: 0,
    });
  });

  it('has the workers stop what runs, and waits for none of them', async () => {
    const client = await stage.client(api);
    worker.use(async ({ started, cancelled }) => {
      await started();
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await client.submit({ code: 'x' });
    await eventually(async () => (await client.read(id)).status === 'running');
    expect(await cancel({ worker_id: 'stand-in' })).toMatchObject({ matched: 1, cancelled: 0, stopping: 1 });
    await eventually(async () => (await client.read(id)).status === 'cancelled');
  });

  it('picks by time', async () => {
    const client = await stage.client(api);
    await turnOf(client, 'pause');
    const early = await aRow(stage, client.organization.id, { created_at: '2026-01-01T00:00:00Z' });
    const late = await aRow(stage, client.organization.id, { created_at: '2026-01-02T00:00:00Z' });
    await cancel({ organization_id: client.organization.id, created_before: '2026-01-01T12:00:00Z' });
    expect([(await client.read(early)).status, (await client.read(late)).status]).toEqual(['cancelled', 'queued']);
    await client.cancel(late);
  });

  it('wants to be told which: everything is never meant', async () => {
    const response = await operator.request('POST', '/admin/api/executions/cancel', { body: { dry_run: true } });
    expect((await errorOf(response)).code).toBe('VALIDATION_ERROR');
  });
});
