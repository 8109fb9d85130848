import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { BACKGROUND_RESPONSES_MAX, BACKGROUND_RESPONSES_RUNNING_MAX } from '../../../shared/contracts/limits.ts';
import { allEvents, createApiClient, errorOf, readEvents, type SseEvent } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  callsCode,
  hangs,
  says,
  saysAndHangs,
  startModelServer,
  type ModelServer,
} from '../../helpers/model-server.ts';
import { createResponseClient, madeOf, textOf, type Made, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, CODE, modelSettings, prints } from '../../helpers/response-stage.ts';
import { startServiceProcess, type ServiceProcess } from '../../helpers/service-process.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'api', 'main.ts');
const Indexed = z.looseObject({ index: z.number().optional() });
const PATIENCE = { timeoutMs: 20_000, intervalMs: 50 };
const background = (changes: object = {}) => ask({ background: true, ...changes });

let stage: Stage;
let provider: ModelServer;
let client: Client;

beforeAll(async () => {
  [stage, provider] = await Promise.all([openStage(), startModelServer()]);
}, 30_000);

afterAll(async () => {
  await stage.close();
  await provider.stop();
}, 30_000);

beforeEach(() => {
  provider.use();
});

const ended = (responses: ResponseClient, id: string): Promise<Made> =>
  eventually(async () => {
    const made = await responses.read(id);
    return made.completed_at === null ? undefined : made;
  }, PATIENCE);

/** As if the process that made it had been silent for long. */
const silence = (id: string) =>
  stage.query(`update responses set heartbeat_at = now() - interval '1 minute' where id = $1`, [id]);

describe('responses in the background', () => {
  let api: TestApi;
  let worker: StandInWorker;
  let responses: ResponseClient;

  beforeAll(async () => {
    api = await stage.api(modelSettings(provider.url));
    worker = await stage.worker(api, { script: prints });
    client = await stage.client(api);
    responses = createResponseClient(client);
  });

  afterAll(async () => {
    await api.stop();
    await worker.stop();
  });

  it('are answered at once and made afterwards', async () => {
    provider.use(callsCode(CODE), says('It is $38,696.84.'));
    const queued = await responses.make(background());
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [], completed_at: null });
    const made = await ended(responses, queued.id);
    expect(made).toMatchObject({ status: 'completed', background: true });
    expect(textOf(made)).toBe('It is $38,696.84.');
  });

  it('know what was said before, and forget it at the end', async () => {
    provider.use(says('One.'), says('Two.'));
    const first = await responses.make(ask({ inputs: 'First' }));
    const { id } = await responses.make(background({ inputs: 'Second', previous_response_id: first.id }));
    await ended(responses, id);
    expect(provider.requests[1]?.messages.slice(1).map(({ content }) => content)).toEqual(['First', 'One.', 'Second']);
    expect(await stage.query('select history from responses where id = $1', [id])).toEqual([{ history: null }]);
  });

  it('are told as a stream that a client may leave', async () => {
    provider.use(async (res, req) => {
      leaving.abort();
      await eventually(() => isGone);
      await says('Alone.')(res, req);
    });
    let isGone = false;
    const leaving = new AbortController();
    const answer = await fetch(`${api.url}/v1/model/response/stream`, {
      ...{ method: 'POST', body: JSON.stringify(background()), signal: leaving.signal },
      headers: { authorization: `Bearer ${client.organization.key}`, 'content-type': 'application/json' },
    });
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    await expect(allEvents(answer)).rejects.toThrow();
    isGone = true;
    expect(textOf(await ended(responses, id))).toBe('Alone.');
  });

  it('are cancelled while the model speaks', async () => {
    provider.use(hangs);
    const { id } = await responses.make(background());
    await eventually(() => provider.requests.length === 1);
    expect(await madeOf(await responses.cancel(id))).toMatchObject({ status: 'cancelled' });
    await eventually(() => provider.abandoned() === 1);
  });

  it('are made a few at a time for one organization, and others are not held up', async () => {
    provider.use(...Array.from({ length: BACKGROUND_RESPONSES_RUNNING_MAX }, () => hangs), says('Quick.'));
    const greedy = createResponseClient(await stage.client(api));
    const ids: string[] = [];
    for (let count = 0; count <= BACKGROUND_RESPONSES_RUNNING_MAX; count += 1)
      ids.push((await greedy.make(background())).id);
    await eventually(() => provider.requests.length === BACKGROUND_RESPONSES_RUNNING_MAX);
    const { id } = await responses.make(background());
    expect(textOf(await ended(responses, id))).toBe('Quick.');
    const [last = ''] = ids.slice(-1);
    expect(await greedy.read(last)).toMatchObject({ status: 'queued' });
    expect(await madeOf(await greedy.cancel(last))).toMatchObject({ status: 'cancelled' });
    for (const other of ids.slice(0, -1)) await greedy.cancel(other);
  });

  it('are refused when an organization has too many', async () => {
    const full = await stage.client(api);
    await stage.query(
      `insert into responses (id, organization_id, model, status, background, request, input, messages, attempt)
        select 'resp_full' || n, $1, 'none', 'in_progress', true, '{}', '[]', '[]', 5
        from generate_series(1, $2::int) n`,
      [full.organization.id, BACKGROUND_RESPONSES_MAX],
    );
    const error = await errorOf(await createResponseClient(full).post(background()));
    expect(error.code).toBe('TOO_MANY_RESPONSES');
    await stage.query('delete from responses where organization_id = $1', [full.organization.id]);
  });

  it('are put into the queue again when Redis has lost them', async () => {
    provider.use(says('Found.'));
    const { id } = await responses.make(background());
    await ended(responses, id);
    await stage.query(
      `update responses set status = 'queued', attempt = 0, completed_at = null, started_at = null, items = '[]',
        messages = '[]', steps = 0 where id = $1`,
      [id],
    );
    provider.use(says('Found again.'));
    expect(textOf(await ended(responses, id))).toBe('Found again.');
  });

  it('are given up after five processes were lost with them', async () => {
    provider.use(hangs);
    const { id } = await responses.make(background());
    await eventually(() => provider.requests.length === 1);
    await stage.query('update responses set attempt = 5 where id = $1', [id]);
    await silence(id);
    expect(await ended(responses, id)).toMatchObject({ status: 'failed', error: { code: 'RESPONSE_LOST' } });
  });

  it('end when their organization is removed', async () => {
    provider.use(hangs);
    const leaver = await stage.client(api);
    await createResponseClient(leaver).make(background());
    await eventually(() => provider.requests.length === 1);
    const { id } = leaver.organization;
    await stage.query(`update organizations set status = 'deleting' where id = $1`, [id]);
    await eventually(() => provider.abandoned() === 1);
    await eventually(
      async () => (await stage.query('select 1 from organizations where id = $1', [id])).length === 0,
      PATIENCE,
    );
  }, 30_000);

  it('take the time of earlier attempts into account', async () => {
    provider.use(hangs, hangs);
    const { id } = await responses.make(background());
    await eventually(() => provider.requests.length === 1);
    await stage.query(`update responses set started_at = now() - interval '2 hours' where id = $1`, [id]);
    await silence(id);
    expect(await ended(responses, id)).toMatchObject({ status: 'incomplete', error: { code: 'TIME_EXHAUSTED' } });
  });
});

describe('responses in the background: processes', () => {
  let doomed: ServiceProcess;
  let doomedUrl: string;
  let responses: ResponseClient;
  let helper: TestApi;
  let worker: StandInWorker;

  beforeAll(async () => {
    helper = await stage.api(); // has no models of its own; only lets the stand-in begin
    worker = await stage.worker(helper, { script: prints });
    await helper.stop();
  }, 30_000);

  beforeEach(async () => {
    worker.use(prints);
    doomed = startServiceProcess(MAIN, {
      ...{ DATABASE_URL: stage.postgres.url, REDIS_URL: stage.redis.url, REDIS_NAMESPACE: stage.namespace },
      ...{ PORT: '0', HOST: '127.0.0.1', FILES_DIRECTORY: stage.filesDirectory, DATABASE_CONNECTIONS_MAX: '8' },
      ...modelSettings(provider.url),
    });
    doomedUrl = String((await doomed.logged('listening'))['url']);
    responses = createResponseClient(createApiClient(doomedUrl, client.organization.key));
  }, 60_000);

  async function follow(url: string, id: string, headers: Record<string, string> = {}, query = ''): Promise<Response> {
    return fetch(`${url}/v1/model/response/${id}?stream=true${query}`, {
      headers: { authorization: `Bearer ${client.organization.key}`, ...headers },
    });
  }

  it('go on from the last step when their process is killed, and a stream with them', async () => {
    provider.use(callsCode(CODE), saysAndHangs('It '));
    const { id } = await responses.make(background());
    const before: SseEvent[] = [];
    for await (const event of readEvents(await follow(doomedUrl, id))) {
      before.push(event);
      if (event.event === 'response.output_text.delta') break;
    }
    await doomed.end('SIGKILL');
    provider.use(says('It is $38,696.84.'));
    await silence(id);
    const survivor = await stage.api(modelSettings(provider.url));
    const after = await allEvents(await follow(survivor.url, id, { 'last-event-id': before.at(-1)?.id ?? '' }));
    const made = await createResponseClient(createApiClient(survivor.url, client.organization.key)).read(id);
    await survivor.stop();
    expect(made).toMatchObject({
      status: 'completed',
      output: [{ type: 'code_interpreter_call' }, { status: 'incomplete' }, { status: 'completed' }],
    });
    expect(textOf(made)).toBe('It It is $38,696.84.');
    expect(provider.requests).toHaveLength(1);
    expect(provider.requests[0]?.messages.at(-1)).toMatchObject({ role: 'tool' });
    const numbers = [...before, ...after].map((event) => Number(event.id.slice(2)));
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
    const items = [...before, ...after].map(({ event, data }) => [event, Indexed.parse(data).index]);
    const about = (index: number) => items.filter(([name, at]) => at === index && String(name).includes('item'));
    for (const index of [0, 1, 2])
      expect(about(index)).toEqual([
        ['response.output_item.added', index],
        ['response.output_item.done', index],
      ]);
    expect(after.at(-1)?.event).toBe('response.completed');
  }, 60_000);

  it('stop the code of the killed process before they go on', async () => {
    const stopped = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    worker.use(async ({ cancelled, started: tell }) => {
      await tell();
      started.resolve(undefined);
      await cancelled;
      stopped.resolve(undefined);
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    provider.use(callsCode(CODE));
    const { id } = await responses.make(background());
    await started.promise;
    await doomed.end('SIGKILL');
    provider.use(async (res, req) => {
      await stopped.promise;
      await says('Without it.')(res, req);
    });
    await silence(id);
    const survivor = await stage.api(modelSettings(provider.url));
    const made = await ended(createResponseClient(createApiClient(survivor.url, client.organization.key)), id);
    await survivor.stop();
    expect(made).toMatchObject({ status: 'completed', output: [{ status: 'incomplete' }, { status: 'completed' }] });
  }, 60_000);

  it('are handed over when their process closes', async () => {
    provider.use(callsCode(CODE), hangs);
    const { id } = await responses.make(background());
    await eventually(() => provider.requests.length === 2);
    provider.use(says('Handed over.'));
    expect(await doomed.end('SIGTERM')).toBe(0);
    const survivor = await stage.api(modelSettings(provider.url));
    const made = await ended(createResponseClient(createApiClient(survivor.url, client.organization.key)), id);
    await survivor.stop();
    expect(textOf(made)).toBe('Handed over.');
    expect(made).toMatchObject({ status: 'completed', output: [{ type: 'code_interpreter_call' }, {}] });
  }, 60_000);

  it('are written by nobody but the newest process', async () => {
    provider.use(hangs);
    const { id } = await responses.make(background());
    await eventually(() => provider.requests.length === 1);
    doomed.signal('SIGSTOP');
    provider.use(says('The newer.'));
    await silence(id);
    const survivor = await stage.api(modelSettings(provider.url));
    const their = createResponseClient(createApiClient(survivor.url, client.organization.key));
    expect(textOf(await ended(their, id))).toBe('The newer.');
    doomed.signal('SIGCONT');
    expect(await doomed.end('SIGTERM')).toBe(0);
    expect(await their.read(id)).toMatchObject({ status: 'completed' });
    await survivor.stop();
  }, 60_000);
});
