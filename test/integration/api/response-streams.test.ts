import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Response as OwnResponse, ResponseList } from '../../../shared/contracts/response.ts';
import { readEvents, type SseEvent } from '../../helpers/api-client.ts';
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
import { createResponseClient, type ResponseClient } from '../../helpers/response-client.ts';
import { echo, type StandInWorker } from '../../helpers/stand-in-worker.ts';

const ASKED = { model: 'clever', tools: [{ type: 'code_interpreter' }], inputs: 'How much?' };

let stage: Stage;
let api: TestApi;
let provider: ModelServer;
let worker: StandInWorker;
let client: Client;
let responses: ResponseClient;

beforeAll(async () => {
  stage = await openStage();
  provider = await startModelServer();
  const clever = { provider: 'openai-compatible', base_url: provider.url, model: 'clever-1' };
  api = await stage.api({ MODELS: JSON.stringify({ clever }) });
  worker = await stage.worker(api, { script: echo });
  client = await stage.client(api);
  responses = createResponseClient(client);
});

afterAll(async () => {
  await stage.close();
  await provider.stop();
});

beforeEach(() => {
  worker.use(echo);
  provider.use();
});

const Delta = z.looseObject({ index: z.number().optional(), delta: z.string() });
const joined = (events: readonly SseEvent[], name: string) =>
  events.flatMap(({ event, data }) => (event === name ? [Delta.parse(data).delta] : [])).join('');

async function eventsOf(answer: Response): Promise<SseEvent[]> {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const events: SseEvent[] = [];
  for await (const event of readEvents(answer)) events.push(event);
  return events;
}

/** Names in order, a row of equal ones once. */
function namesOf(events: readonly SseEvent[]): string[] {
  return events.map(({ event }) => event).filter((name, at, all) => name !== all[at - 1]);
}

async function linesOf(answer: Response): Promise<string[]> {
  const text = await answer.text();
  return text.split('\n\n').flatMap((block) => (block.startsWith('data: ') ? [block.slice(6)] : []));
}

describe('response streams: events', () => {
  it('tells everything in order, code and text piece by piece', async () => {
    provider.use(callsCode('print("a")'), says('It ', 'is ', 'a.'));
    const events = await eventsOf(await responses.stream(ASKED));
    expect(namesOf(events)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.done',
      'response.code_interpreter_call.interpreting',
      'response.output_item.done',
      'response.output_item.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(joined(events, 'response.code_interpreter_call_code.delta')).toBe('print("a")');
    expect(joined(events, 'response.output_text.delta')).toBe('It is a.');
    const numbers = events.map(({ id }) => Number(id.slice(2)));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it('ends with the whole response, as it is stored', async () => {
    provider.use(callsCode('1'), says('One.'));
    const events = await eventsOf(await responses.post({ ...ASKED, stream: true }));
    const { response } = z.looseObject({ response: OwnResponse }).parse(events.at(-1)?.data);
    expect(response.status).toBe('completed');
    expect(await responses.read(response.id)).toEqual(response);
  });

  it('tells text while the model still speaks', async () => {
    provider.use(saysAndHangs('Well, '));
    const leaving = new AbortController();
    const answer = await fetch(`${api.url}/v1/model/response/stream`, {
      ...{ method: 'POST', body: JSON.stringify(ASKED), signal: leaving.signal },
      headers: { authorization: `Bearer ${client.organization.key}`, 'content-type': 'application/json' },
    });
    for await (const { event, data } of readEvents(answer)) {
      if (event !== 'response.output_text.delta') continue;
      expect(data).toMatchObject({ delta: 'Well, ' });
      break;
    }
    leaving.abort();
    await eventually(() => provider.abandoned() === 1);
  });

  it('tells what code writes while it runs, if asked to', async () => {
    provider.use(callsCode('x'), says('Done.'));
    const heard = Promise.withResolvers<undefined>();
    worker.use(async ({ started, output }) => {
      await started();
      await output({ type: 'text', stream: 'stdout', text: 'live' });
      await heard.promise;
      return { outputs: [{ type: 'text', stream: 'stdout', text: 'live' }] };
    });
    const answer = await responses.stream({ ...ASKED, live_output: true });
    const names: string[] = [];
    for await (const { event, data } of readEvents(answer)) {
      names.push(event);
      if (event !== 'code_interpreter_call.output.delta') continue;
      expect(data).toEqual({ index: 0, stream: 'stdout', text: 'live' });
      heard.resolve(undefined);
    }
    expect(names.at(-1)).toBe('response.completed');
  });

  it('tells nothing of it if not', async () => {
    provider.use(callsCode('x'), says('Done.'));
    expect(namesOf(await eventsOf(await responses.stream(ASKED)))).not.toContain('code_interpreter_call.output.delta');
  });

  it('tells an item that is too large for the log', async () => {
    const text = 'x'.repeat(1_000_000);
    worker.use(() => Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text }] }));
    provider.use(callsCode('x'), says('Long.'));
    const events = await eventsOf(await responses.stream(ASKED));
    const items = events.filter(({ event }) => event === 'response.output_item.done').map(({ data }) => data);
    expect(items).toMatchObject([{ item: { outputs: [{ text }] } }, { item: { type: 'message' } }]);
  });

  it('ends with the fault of a response that fails', async () => {
    const events = await eventsOf(await responses.stream(ASKED)); // the provider answers with status 418
    expect(events.at(-1)).toMatchObject({
      ...{ event: 'response.failed', data: { status: 'failed', error: { code: 'MODEL_REFUSED' } } },
    });
  });

  it('ends when the response is cancelled', async () => {
    provider.use(hangs);
    const answer = await responses.stream(ASKED);
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    await eventually(() => provider.requests.length === 1);
    expect(await (await responses.cancel(id)).json()).toMatchObject({ id, status: 'cancelled' });
    expect(namesOf(await eventsOf(answer)).at(-1)).toBe('response.cancelled');
  });

  it('refuses before anything is stored', async () => {
    const before = ResponseList.parse(await (await responses.list('?limit=1')).json());
    expect((await responses.stream({ ...ASKED, model: 'none' })).status).toBe(422);
    const after = ResponseList.parse(await (await responses.list('?limit=1')).json());
    expect(after.first_id).toBe(before.first_id);
  });
});

describe('response streams: data lines', () => {
  it('are told under the header, with the name in a field and a last line', async () => {
    provider.use(callsCode('print("a")'), says('It is a.'));
    const lines = await linesOf(await responses.stream(ASKED, { 'x-stream-format': 'data' }));
    expect(lines.at(-1)).toBe('[DONE]');
    const events = lines.slice(0, -1).map((line) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)));
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'response.processing', status: 'processing' },
      { event: 'response.created', status: 'in_progress', org_id: client.organization.id },
    ]);
    expect(events.find(({ event }) => event === 'response.content_delta')).toMatchObject({ delta: expect.any(String) });
    expect(events.at(-1)).toMatchObject({ event: 'response.completed', response: { status: 'completed' } });
  });
});

describe('response streams: outages', () => {
  it('answers all the same when Redis goes away while the model speaks', async () => {
    provider.use(async (res, req) => {
      await stage.redis.kill9();
      await says('Without Redis.')(res, req);
    });
    const events = await eventsOf(await responses.stream(ASKED));
    expect(events.at(-1)).toMatchObject({ event: 'response.completed', data: { response: { status: 'completed' } } });
    await stage.redis.restart();
  }, 30_000);
});
