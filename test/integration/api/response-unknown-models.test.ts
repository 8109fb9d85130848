/** Responses in the background whose process is gone, and processes that know other models. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createApiClient } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { hangs, says, startModelServer, type ModelServer } from '../../helpers/model-server.ts';
import { createResponseClient, textOf, type Made, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, modelSettings } from '../../helpers/response-stage.ts';

const PATIENCE = { timeoutMs: 20_000, intervalMs: 50 };

let stage: Stage;
let provider: ModelServer;
let client: Client;
let ignorant: TestApi;
let theirs: ResponseClient;

beforeAll(async () => {
  [stage, provider] = await Promise.all([openStage(), startModelServer()]);
}, 30_000);

afterAll(async () => {
  await stage.close();
  await provider.stop();
}, 30_000);

beforeEach(async () => {
  ignorant = await stage.api();
  client = await stage.client(ignorant);
  theirs = createResponseClient(client);
});

afterEach(async () => {
  await ignorant.stop();
});

const responsesOf = ({ url }: TestApi) => createResponseClient(createApiClient(url, client.organization.key));

const ended = (responses: ResponseClient, id: string): Promise<Made> =>
  eventually(async () => {
    const made = await responses.read(id);
    return made.completed_at === null ? undefined : made;
  }, PATIENCE);

/** A response that waits for whoever goes on with it, as the process that began it has closed. */
async function abandoned(): Promise<string> {
  provider.use(hangs);
  const knowing = await stage.api(modelSettings(provider.url));
  const { id } = await responsesOf(knowing).make(ask({ model: 'clever', background: true }));
  await eventually(() => provider.requests.length === 1);
  await knowing.stop();
  return id;
}

/** Lets the process that does not know the model look for work. */
async function lookForWork(): Promise<void> {
  const { id } = await theirs.make({ model: 'direct', background: true, inputs: 'Hello.' });
  expect(await ended(theirs, id)).toMatchObject({ status: 'completed' });
}

describe('responses in the background: unknown models', () => {
  it('are left by a process that does not know theirs', async () => {
    const id = await abandoned();
    await lookForWork();
    expect(await theirs.read(id)).toMatchObject({ status: 'in_progress' });
    provider.use(says('By one that knows it.'));
    const survivor = await stage.api(modelSettings(provider.url));
    const made = await ended(responsesOf(survivor), id);
    await survivor.stop();
    expect(textOf(made)).toBe('By one that knows it.');
  }, 30_000);

  it('are left, however long they wait, while any process knows theirs', async () => {
    const id = await abandoned();
    await stage.query(`update responses set created_at = now() - interval '1 hour' where id = $1`, [id]);
    await lookForWork();
    expect(await theirs.read(id)).toMatchObject({ status: 'in_progress' });
    await theirs.cancel(id);
  }, 30_000);

  it('end with a clear code once no process knows theirs any more', async () => {
    const id = await abandoned();
    const { redis, keyspace } = stage.boundary();
    await redis.zadd(keyspace.knownModels, Math.floor(Date.now() / 1000) - 120, 'clever');
    expect(await ended(theirs, id)).toMatchObject({ status: 'failed', error: { code: 'MODEL_NOT_CONFIGURED' } });
  }, 30_000);

  it('end likewise after ten minutes where nobody can tell whether any process knew theirs', async () => {
    const id = await abandoned();
    const { redis, keyspace } = stage.boundary();
    await redis.zrem(keyspace.knownModels, 'clever');
    await lookForWork();
    expect(await theirs.read(id)).toMatchObject({ status: 'in_progress' });
    await stage.query(`update responses set created_at = now() - interval '11 minutes' where id = $1`, [id]);
    expect(await ended(theirs, id)).toMatchObject({ status: 'failed', error: { code: 'MODEL_NOT_CONFIGURED' } });
  }, 30_000);
});
