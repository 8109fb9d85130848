import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { ResponseList } from '../../../shared/contracts/response.ts';
import { WEBHOOK_EVENT_TYPES, WebhookEvent } from '../../../shared/contracts/webhook.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, fails, hangs, says, startModelServer, type ModelServer } from '../../helpers/model-server.ts';
import { createResponseClient, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, CODE, modelSettings, prints } from '../../helpers/response-stage.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';
import { arrived, createWebhookCalls, firstOf, verified, type WebhookCalls } from '../../helpers/webhook-calls.ts';
import { answering, startReceiver, type Received, type Receiver } from '../../helpers/webhook-receiver.ts';

const BODY_BYTES_MAX = 256 * 1024;
const ENDS = ['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'];

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let provider: ModelServer;
let client: Client;
let calls: WebhookCalls;
let responses: ResponseClient;
let receiver: Receiver;

beforeAll(async () => {
  [stage, provider] = await Promise.all([openStage(), startModelServer()]);
  api = await stage.api({ ...modelSettings(provider.url), WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any' });
  worker = await stage.worker(api, { script: prints });
}, 30_000);

beforeEach(async () => {
  client = await stage.client(api);
  calls = createWebhookCalls(client);
  responses = createResponseClient(client);
  receiver = await startReceiver();
  worker.use(prints);
  provider.use();
});

afterEach(async () => {
  await receiver.stop();
});

afterAll(async () => {
  await stage.close();
  await provider.stop();
});

const create = (events: readonly string[] = ENDS) => calls.create({ url: receiver.url, events });
const eventIn = ({ body }: Received) => WebhookEvent.parse(JSON.parse(body));
const newestId = async () => ResponseList.parse(await (await responses.list('?limit=1')).json()).first_id ?? '';

/** A response that no process makes. */
async function aRow(status: 'queued' | 'in_progress'): Promise<string> {
  const id = newId('resp');
  await stage.query(
    `insert into responses (id, organization_id, model, status, background, request, input, messages, heartbeat_at)
     values ($1, $2, 'direct', $3, $4, '{"code":{"mode":"auto","outputs":true}}', '[]', '[]', now() - interval '1 minute')`,
    [id, client.organization.id, status, status === 'queued'],
  );
  return id;
}

describe('response webhooks: ends', () => {
  it('post the response as reading it shows it', async () => {
    const { secret } = await create();
    provider.use(callsCode(CODE), says('It is $38,696.84.'));
    const { id } = await responses.make(ask({ metadata: { conversation: '42' } }));
    const event = verified(await firstOf(receiver), secret);
    expect(event).toMatchObject({ type: 'response.completed', timestamp: expect.any(String) });
    expect(event.data).toEqual(await responses.read(id));
  });

  it('are verified by the clients that others publish', async () => {
    const { secret } = await create();
    provider.use(says('Hello.'));
    const { id } = await responses.make(ask());
    const { body, headers } = await firstOf(receiver);
    const theirs = new OpenAI({ apiKey: 'unused', webhookSecret: secret });
    expect(await theirs.webhooks.unwrap(body, { ...headers })).toMatchObject({
      type: 'response.completed',
      data: { id },
    });
    await expect(theirs.webhooks.unwrap(`${body} `, { ...headers })).rejects.toThrow('signature');
  });

  it('leave out outputs where the request left them out', async () => {
    await create();
    provider.use(callsCode(CODE), says('Done.'));
    await responses.make(ask({ tools: [{ type: 'code_interpreter', outputs: false }] }));
    expect(eventIn(await firstOf(receiver)).data).toMatchObject({ output: [{ outputs: null }, { type: 'message' }] });
  });

  it('tell of one that is incomplete', async () => {
    await create();
    provider.use(callsCode(CODE));
    await responses.make(ask({ max_steps: 1 }));
    expect(eventIn(await firstOf(receiver))).toMatchObject({
      type: 'response.incomplete',
      data: { status: 'incomplete', error: { code: 'STEPS_EXHAUSTED' } },
    });
  });

  it('tell of one that failed', async () => {
    await create();
    provider.use(fails(400));
    await responses.make(ask());
    expect(eventIn(await firstOf(receiver))).toMatchObject({ type: 'response.failed', data: { status: 'failed' } });
  });

  it('tell of one that was cancelled while it was made', async () => {
    await create();
    provider.use(hangs);
    const asked = responses.make(ask());
    await eventually(() => provider.requests.length === 1);
    await responses.cancel(await newestId());
    const { id } = await asked;
    expect(eventIn(await firstOf(receiver))).toMatchObject({ type: 'response.cancelled', data: { id } });
  });

  it('tell of one that was cancelled while it waited', async () => {
    await create();
    const id = await aRow('queued');
    await responses.cancel(id);
    expect(eventIn(await firstOf(receiver))).toMatchObject({ type: 'response.cancelled', data: { id } });
  });

  it('tell of one whose process is gone', async () => {
    await create();
    const id = await aRow('in_progress');
    expect(eventIn(await firstOf(receiver))).toMatchObject({
      type: 'response.failed',
      data: { id, error: { code: 'RESPONSE_LOST' } },
    });
  });

  it('tell of a streamed one', async () => {
    await create();
    provider.use(says('Hello.'));
    await (await responses.stream(ask())).text();
    expect(eventIn(await firstOf(receiver))).toMatchObject({
      type: 'response.completed',
      data: { status: 'completed' },
    });
  });

  it('tell once, however the end is told', async () => {
    await create();
    provider.use(says('Hello.'));
    const { id } = await responses.make(ask());
    await firstOf(receiver);
    await stage.query(`update responses set status = 'failed', completed_at = now() where id = $1`, [id]);
    expect((await calls.deliveries(`?response_id=${id}`)).data).toHaveLength(1);
  });
});

describe('response webhooks: endpoints', () => {
  it('get the ends that they ask for', async () => {
    const { events } = await create(['response.failed']);
    expect(events).toEqual(['response.failed']);
    provider.use(says('Hello.'), fails(400));
    await responses.make(ask());
    await responses.make(ask());
    expect(eventIn(await firstOf(receiver)).type).toBe('response.failed');
    expect((await calls.deliveries()).data).toHaveLength(1);
  });

  it('get them all where they leave that open, and those of the code', async () => {
    const { events } = await calls.create({ url: receiver.url });
    expect(events).toEqual(WEBHOOK_EVENT_TYPES);
    provider.use(callsCode(CODE), says('Done.'));
    await responses.make(ask());
    const types = (await arrived(receiver, 2)).map((one) => eventIn(one).type);
    expect(types.sort()).toEqual(['execution.completed', 'response.completed']);
  });

  it('get nothing of another organization', async () => {
    await create();
    provider.use(says('Theirs.'), says('Own.'));
    await createResponseClient(await stage.client(api)).make(ask());
    const { id } = await responses.make(ask());
    await firstOf(receiver);
    expect((await calls.deliveries()).data).toMatchObject([{ response_id: id, execution_id: null }]);
  });
});

describe('response webhooks: size', () => {
  it('come without their code where that is too large, and say so', async () => {
    await create();
    const text = `\u0000${'x'.repeat(200_000)}`;
    worker.use(() => Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text }] }));
    provider.use(callsCode(CODE), callsCode(CODE), says('Large.'));
    await responses.make(ask());
    const received = await firstOf(receiver);
    expect(eventIn(received).data).toMatchObject({
      calls_omitted: true,
      output: [{ type: 'message', content: [{ text: 'Large.' }] }],
    });
    expect(Buffer.byteLength(received.body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
  });

  it('come without any output where the messages are too large too', async () => {
    await create();
    provider.use(says('x'.repeat(BODY_BYTES_MAX)));
    const { id } = await responses.make(ask());
    const { data } = eventIn(await firstOf(receiver));
    expect(data).toMatchObject({ id, calls_omitted: true, output_omitted: true, status: 'completed' });
    expect(data).not.toHaveProperty('output');
  });
});

describe('response webhooks: log', () => {
  it('is found by the response, and one is sent again', async () => {
    await create();
    provider.use(says('One.'), says('Two.'));
    const { id } = await responses.make(ask());
    await responses.make(ask());
    await arrived(receiver, 2);
    const { data } = await calls.deliveries(`?response_id=${id}`);
    expect(data).toMatchObject([{ response_id: id, execution_id: null, event_type: 'response.completed' }]);
    await eventually(async () => (await calls.delivery(data[0]?.id ?? '')).status === 'delivered');
    await calls.redeliver(data[0]?.id ?? '');
    expect((await arrived(receiver, 3))[2]?.headers['webhook-id']).toBe(data[0]?.id);
  });

  it('goes with its response, also what waits', async () => {
    receiver.use(answering(500));
    await create();
    provider.use(says('One.'));
    const { id } = await responses.make(ask());
    await firstOf(receiver);
    expect((await responses.delete(id)).status).toBe(200);
    expect(await stage.query('select id from webhook_deliveries where response_id = $1', [id])).toEqual([]);
  });
});
