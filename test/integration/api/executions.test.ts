import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../shared/platform/new-id.ts';
import { ExecutionList } from '../../../api/routes/answers.ts';
import { errorOf, executionOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, PACKAGES, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let client: Client;
let stranger: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  worker = await stage.worker(api, { script: echo });
  client = await stage.client(api);
  stranger = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

describe('executions: submit', () => {
  it('answers 202 with the queued execution and where to read it', async () => {
    const response = await client.post({ code: 'print(1)', metadata: { a: 'b' } });
    const body = await executionOf(response, 202);
    expect(response.headers.get('location')).toBe(`/v1/executions/${body.id}`);
    expect(body).toMatchObject({
      object: 'execution',
      organization_id: client.organization.id,
      status: 'queued',
      exit: null,
      usage: null,
      outputs: [],
      attempt: 0,
      metadata: { a: 'b' },
    });
  });

  it('gives the worker everything that it needs', async () => {
    const { id } = await client.run({ code: 'x', stdin: 'in', timeout_ms: 5, memory_mb: 256, isolation: 'fresh' });
    expect(worker.taken.find(({ job }) => job.execution_id === id)?.job).toMatchObject({
      version: 1,
      organization_id: client.organization.id,
      code: 'x',
      stdin: 'in',
      timeout_ms: 5,
      memory_mb: 256,
      isolation: 'fresh',
    });
  });

  it.each(['X-API-Key', 'api-key'])('takes the %s header as well', async (header) => {
    const response = await fetch(`${api.url}/v1/executions`, {
      headers: { [header]: client.organization.key },
    });
    expect(response.status).toBe(200);
  });

  it('accepts the own organization_id', async () => {
    const { status } = await client.run({ code: 'x', organization_id: client.organization.id });
    expect(status).toBe('completed');
  });

  it('refuses the organization_id of another', async () => {
    const response = await client.post({ code: 'x', organization_id: stranger.organization.id });
    expect(await errorOf(response)).toMatchObject({
      code: 'ORGANIZATION_ACCESS_DENIED',
      status: 403,
      param: 'organization_id',
    });
  });

  it('keeps NUL characters and lone surrogates that a program printed', async () => {
    worker.use(() => Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text: 'a\u0000b\ud800c' }] }));
    const { stdout } = await client.run({ code: 'x' });
    worker.use(echo);
    expect(stdout).toBe('a\u0000b\ud800c');
  });
});

describe('executions: wait', () => {
  it('answers 200 with the finished execution and says that it waited', async () => {
    const response = await client.post({ code: 'hello' }, { prefer: 'wait=20' });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=20');
    expect(await response.json()).toMatchObject({
      status: 'completed',
      stdout: 'hello',
      attempt: 1,
      exit: { reason: 'ok' },
    });
  });

  it('takes ?wait=N as well', async () => {
    const response = await client.request('POST', '/v1/executions?wait=20', { body: { code: 'hello' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBeNull();
  });

  it('answers 202 when the execution takes longer', async () => {
    worker.use(async ({ cancelled }) => {
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const response = await client.request('POST', '/v1/executions?wait=1', { body: { code: 'hello' } });
    const { id } = await executionOf(response, 202);
    await client.cancel(id);
    worker.use(echo);
    expect(response.headers.get('preference-applied')).toBeNull();
  });

  it('cancels with cancel_on_disconnect when the client leaves', async () => {
    worker.use(async ({ started, cancelled }) => {
      await started();
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const leaving = new AbortController();
    const body = JSON.stringify({ code: 'leaving', cancel_on_disconnect: true });
    const answer = fetch(`${api.url}/v1/executions`, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${client.organization.key}`,
        'content-type': 'application/json',
        prefer: 'wait=60',
      },
      signal: leaving.signal,
    }).catch(() => 'left');
    const run = await eventually(() => worker.taken.find(({ job }) => job.code === 'leaving'));
    leaving.abort();
    expect(await answer).toBe('left');
    const ended = await eventually(async () => {
      const execution = await client.read(run.job.execution_id);
      return execution.finished_at !== null && execution;
    });
    worker.use(echo);
    expect(ended).toMatchObject({ status: 'cancelled' });
  });
});

describe('executions: read', () => {
  it('shows code, outputs and times in UTC', async () => {
    const { id } = await client.run({ code: 'hello' });
    const execution = await client.read(id);
    expect(execution).toMatchObject({
      code: 'hello',
      stdout: 'hello',
      outputs: [{ type: 'text', stream: 'stdout', text: 'hello' }],
    });
    expect(execution.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('hides an execution of another organization', async () => {
    const { id } = await client.run({ code: 'mine' });
    for (const response of [
      await stranger.request('GET', `/v1/executions/${id}`),
      await stranger.events(id),
      await stranger.cancel(id),
      await stranger.delete(id),
    ]) {
      expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    }
  });

  it.each(['exec_short', 'nonsense', newId('exec')])('answers 404 to the id %s', async (id) => {
    expect((await client.request('GET', `/v1/executions/${id}`)).status).toBe(404);
  });
});

describe('executions: list', () => {
  it('pages newest first, without code and outputs', async () => {
    const lister = await stage.client(api);
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) made.unshift((await lister.run({ code: `n${String(at)}` })).id);
    const pages: string[][] = [];
    let after = '';
    for (let more = true; more;) {
      const page = await listOf(lister, `limit=2${after}`);
      pages.push(page.data.map(({ id }) => id));
      expect(page).toMatchObject({ object: 'list', first_id: page.data[0]?.id, last_id: page.data.at(-1)?.id });
      more = page.has_more;
      after = `&after=${String(page.last_id)}`;
    }
    expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4)]);
  });

  it('filters by status and time', async () => {
    const lister = await stage.client(api);
    const { created_at } = await lister.run({ code: 'x' });
    const count = async (query: string) => (await listOf(lister, query)).data.length;
    expect(await count('status=completed')).toBe(1);
    expect(await count('status=failed')).toBe(0);
    const before = encodeURIComponent(new Date(Date.parse(created_at) - 1000).toISOString());
    const behind = encodeURIComponent(new Date(Date.parse(created_at) + 1000).toISOString());
    expect(await count(`created_after=${before}`)).toBe(1);
    expect(await count(`created_after=${behind}`)).toBe(0);
    expect(await count(`created_before=${before}`)).toBe(0);
  });

  it('shows nothing of other organizations', async () => {
    await client.run({ code: 'x' });
    const lister = await stage.client(api);
    expect(await listOf(lister, '')).toEqual({
      object: 'list',
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['status=done', 'status'],
    ['created_after=yesterday', 'created_after'],
    ['after=5', 'after'],
    ['page=2', 'page'],
  ])('refuses ?%s', async (query, param) => {
    const response = await client.request('GET', `/v1/executions?${query}`);
    expect(await errorOf(response)).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param });
  });

  it('answers 404 to a cursor that is not its own', async () => {
    const { id } = await client.run({ code: 'x' });
    const response = await stranger.request('GET', `/v1/executions?after=${id}`);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', param: 'after' });
  });
});

describe('executions: packages and health', () => {
  it('lists the packages that the worker tells of', async () => {
    const response = await client.request('GET', '/v1/packages');
    expect(await response.json()).toEqual(PACKAGES);
  });

  it('is ready with database, Redis and worker', async () => {
    const response = await client.request('GET', '/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ready: true,
      parts: { database: { ok: true }, redis: { ok: true }, workers: { ok: true } },
    });
  });
});

/** Strict: an answer with code or outputs in it does not parse. */
async function listOf(lister: Client, query: string) {
  return ExecutionList.parse(await (await lister.request('GET', `/v1/executions?${query}`)).json());
}
