import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, type Script, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  worker = await stage.worker(api, { slots: 1 });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

beforeEach(() => {
  worker.use(echo);
});

/** Runs until it is cancelled. */
const endless: Script = async ({ started, cancelled }) => {
  await started();
  await cancelled;
  return { exit: { reason: 'cancelled', code: null, signal: null } };
};

async function running(): Promise<string> {
  worker.use(endless);
  const { id } = await client.submit({ code: 'endless' });
  await eventually(async () => (await client.read(id)).status === 'running');
  return id;
}

describe('cancel', () => {
  it('ends a queued execution at once, and no worker ever gets it', async () => {
    const first = await running();
    const inQueue = await client.submit({ code: 'in the queue' }); // dispatched ahead of the slot
    const inBacklog = await client.submit({ code: 'in the backlog' });
    for (const { id } of [inBacklog, inQueue]) {
      const response = await client.cancel(id);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        status: 'cancelled',
        started_at: null,
        exit: { reason: 'cancelled' },
        usage: null,
      });
    }
    await client.cancel(first);
    worker.use(echo);
    await client.run({ code: 'after' });
    expect(worker.taken.map(({ job }) => job.code)).toEqual(['endless', 'after']);
  });

  it('ends a running execution and answers with its end', async () => {
    const id = await running();
    const response = await client.cancel(id);
    expect(await response.json()).toMatchObject({ id, status: 'cancelled', exit: { reason: 'cancelled' }, attempt: 1 });
  });

  it('wakes those who wait for the execution', async () => {
    const blocking = await running();
    const waiting = client.run({ code: 'waited for' });
    const id = await eventually(
      async () => (await stage.query(`select id from executions where code = 'waited for'`))[0]?.['id'],
    );
    await client.cancel(String(id));
    expect(await waiting).toMatchObject({ status: 'cancelled' });
    await client.cancel(blocking);
  });

  it('answers with the cancelled execution again', async () => {
    const id = await running();
    const first = await (await client.cancel(id)).json();
    const again = await client.cancel(id);
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(first);
  });

  it('answers 409 to an execution that ended otherwise', async () => {
    const { id } = await client.run({ code: 'x' });
    expect(await errorOf(await client.cancel(id))).toMatchObject({ code: 'EXECUTION_ENDED', status: 409 });
  });

  it('answers after a moment also when the worker does not', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async ({ started }) => {
      await started();
      await gate.promise;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await client.submit({ code: 'deaf' });
    await eventually(async () => (await client.read(id)).status === 'running');
    const response = await client.cancel(id);
    gate.resolve(undefined);
    expect(await response.json()).toMatchObject({ status: 'running' });
    await eventually(async () => (await client.read(id)).status === 'cancelled');
  });

  it('keeps a result that was faster than the cancel', async () => {
    worker.use(async ({ started, cancelled }) => {
      await started();
      await cancelled;
      return {};
    });
    const { id } = await client.submit({ code: 'fast' });
    await eventually(async () => (await client.read(id)).status === 'running');
    expect(await errorOf(await client.cancel(id))).toMatchObject({ code: 'EXECUTION_ENDED', status: 409 });
    expect(await client.read(id)).toMatchObject({ status: 'completed' });
  });

  it('leaves no waiters behind', async () => {
    await eventually(() => api.services.waiting.size() === 0);
  });
});

describe('delete', () => {
  it('removes a finished execution for good', async () => {
    const { id } = await client.run({ code: 'x' });
    const response = await client.delete(id);
    expect(await response.json()).toEqual({ id, object: 'execution', deleted: true });
    expect((await client.request('GET', `/v1/executions/${id}`)).status).toBe(404);
    expect((await client.delete(id)).status).toBe(404);
  });

  it('answers 409 to a running one', async () => {
    const id = await running();
    expect(await errorOf(await client.delete(id))).toMatchObject({ code: 'EXECUTION_RUNNING', status: 409 });
    await client.cancel(id);
  });

  it('cancels a queued one first', async () => {
    const blocking = await running();
    const { id } = await client.submit({ code: 'never' });
    expect((await client.delete(id)).status).toBe(200);
    await client.cancel(blocking);
    worker.use(echo);
    await client.run({ code: 'after' });
    expect(worker.taken.map(({ job }) => job.code)).not.toContain('never');
  });
});
