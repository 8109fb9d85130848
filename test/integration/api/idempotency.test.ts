import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let other: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ QUEUED_MAX: '4' });
  other = await stage.api();
  worker = await stage.worker(api, { script: echo, slots: 1 });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

const key = (value: string) => ({ 'idempotency-key': value });
const runsOf = (code: string) => worker.taken.filter(({ job }) => job.code === code).length;
const rowsOf = async (code: string) => (await stage.query('select id from executions where code = $1', [code])).length;

describe('idempotency: same body', () => {
  it('answers with the same execution again and runs it once', async () => {
    const first = await client.run({ code: 'once' }, key('a'));
    const again = await client.post({ code: 'once' }, { ...key('a'), prefer: 'wait=20' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(first);
    expect(runsOf('once')).toBe(1);
  });

  it('takes bodies for the same whose JSON is laid out differently', async () => {
    const first = await client.submit('{"code":"laid out","metadata":{"a":"1","b":"2"}}', key('layout'));
    const again = await client.submit('{ "metadata": {"b":"2","a":"1"}, "code": "laid out" }', key('layout'));
    expect(again.id).toBe(first.id);
  });

  it('answers while the execution still runs, and waits for its end with wait', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async ({ started }) => {
      await started();
      await gate.promise;
      return {};
    });
    const { id } = await client.submit({ code: 'slow' }, key('slow'));
    await eventually(async () => (await client.read(id)).status === 'running');
    const again = await client.post({ code: 'slow' }, key('slow'));
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ id, status: 'running' });
    const waiting = client.run({ code: 'slow' }, key('slow'));
    gate.resolve(undefined);
    worker.use(echo);
    expect(await waiting).toMatchObject({ id, status: 'completed' });
  });

  it('runs once what arrives many times at once on two api processes', async () => {
    const clients = [api, other].map(({ url }) => createApiClient(url, client.organization.key));
    const requests = clients.flatMap((one) => Array.from({ length: 10 }, () => one.run({ code: 'rush' }, key('rush'))));
    const ids = new Set((await Promise.all(requests)).map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect(runsOf('rush')).toBe(1);
    expect(await rowsOf('rush')).toBe(1);
  });

  it('keeps the keys of organizations apart', async () => {
    const stranger = await stage.client(api);
    const [mine, theirs] = [
      await client.submit({ code: 'x' }, key('shared')),
      await stranger.submit({ code: 'y' }, key('shared')),
    ];
    expect(theirs.id).not.toBe(mine.id);
  });

  it('streams the events of the first execution', async () => {
    const { id } = await client.run({ code: 'streamed' }, key('stream'));
    const response = await client.post({ code: 'streamed' }, { ...key('stream'), accept: 'text/event-stream' });
    expect(await response.text()).toContain(id);
    expect(runsOf('streamed')).toBe(1);
  });
});

describe('idempotency: conflicts', () => {
  it('answers 409 to another body', async () => {
    await client.submit({ code: 'one' }, key('conflict'));
    const response = await client.post({ code: 'two' }, key('conflict'));
    expect(await errorOf(response)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
    expect(await rowsOf('two')).toBe(0);
  });

  it('answers 409 once the execution was deleted, and does not run it again', async () => {
    const { id } = await client.run({ code: 'deleted' }, key('deleted'));
    await client.delete(id);
    expect(await errorOf(await client.post({ code: 'deleted' }, key('deleted')))).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect(runsOf('deleted')).toBe(1);
  });
});

describe('idempotency: life of a key', () => {
  it('frees the key after 24 hours', async () => {
    const first = await client.run({ code: 'old' }, key('old'));
    await stage.query(
      `update idempotency_keys set created_at = now() - interval '24 hours 1 second' where key = 'old'`,
    );
    const second = await client.run({ code: 'old' }, key('old'));
    expect(second.id).not.toBe(first.id);
  });

  it('does not use the key up for a refusal', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async () => {
      await gate.promise;
      return {};
    });
    const ids = await eventually(async () => {
      const response = await client.post({ code: 'filling' });
      return response.status === 429;
    });
    expect(ids).toBe(true);
    const refused = await client.post({ code: 'later' }, key('later'));
    expect(await errorOf(refused)).toMatchObject({ code: 'QUEUE_FULL', status: 429 });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await rowsOf('later')).toBe(0);
    gate.resolve(undefined);
    worker.use(echo);
    await eventually(async () => (await stage.query(`select 1 from executions where status = 'queued'`)).length === 0);
    expect(await client.run({ code: 'later' }, key('later'))).toMatchObject({ status: 'completed' });
  });

  it('adopts the execution of a process that died before it could say so', async () => {
    const { id } = await client.run({ code: 'orphan' }, key('orphan'));
    await stage.query(
      `update idempotency_keys set accepted = false, created_at = now() - interval '6 seconds' where key = 'orphan'`,
    );
    expect((await client.run({ code: 'orphan' }, key('orphan'))).id).toBe(id);
  });

  it('does not use the key up while Redis is away', async () => {
    await stage.redis.kill9();
    const refused = await client.post({ code: 'away' }, key('away'));
    const rows = await rowsOf('away');
    await stage.redis.restart();
    await stage.redisBack(api);
    await eventually(async () => (await client.request('GET', '/readyz')).status === 200);
    expect(await errorOf(refused)).toMatchObject({ code: 'QUEUE_UNAVAILABLE', status: 503 });
    expect(rows).toBe(0);
    expect(await client.run({ code: 'away' }, key('away'))).toMatchObject({ status: 'completed' });
  });
});
