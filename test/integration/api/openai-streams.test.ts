import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, hangs, says } from '../../helpers/model-server.ts';
import { createOpenAi } from '../../helpers/openai-client.ts';
import {
  CODE,
  modelSettings,
  openResponseStage,
  prints,
  QUESTION,
  type ResponseStage,
} from '../../helpers/response-stage.ts';

const TOOLS: OpenAI.Responses.Tool[] = [{ type: 'code_interpreter', container: { type: 'auto' } }];
const ASKED = { model: 'clever', tools: TOOLS, input: QUESTION };
const OUTPUTS = 'code_interpreter_call.outputs' as const;

type Event = OpenAI.Responses.ResponseStreamEvent;

let opened: ResponseStage;
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let openai: OpenAI;

beforeAll(async () => {
  opened = await openResponseStage();
  ({ provider, worker } = opened);
  openai = createOpenAi(opened.api, opened.client);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

async function eventsOf(stream: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Names in order, a row of equal ones once. */
function namesOf(events: readonly Event[]): string[] {
  return events.map(({ type }) => type).filter((name, at, all) => name !== all[at - 1]);
}

/** Id of the response whose stream this is. */
function idOf([first]: readonly Event[]): string {
  return first?.type === 'response.created' ? first.response.id : '';
}

describe('openai streams: create', () => {
  it('tells everything in the documented order, numbered from 0', async () => {
    provider.use(callsCode('print("a")'), says('It ', 'is ', 'a.'));
    const events = await eventsOf(await openai.responses.create({ ...ASKED, stream: true, include: [OUTPUTS] }));
    expect(namesOf(events)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.code_interpreter_call.in_progress',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.done',
      'response.code_interpreter_call.interpreting',
      'response.code_interpreter_call.completed',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at));
    const done = events.find(({ type }) => type === 'response.output_item.done');
    expect(done).toMatchObject({ item: { outputs: [{ type: 'logs', logs: '$38,696.84' }] } });
    const last = events.at(-1);
    const whole = await openai.responses.retrieve(idOf(events), { include: [OUTPUTS] });
    expect({ ...whole, output_text: undefined }).toMatchObject(
      last?.type === 'response.completed' ? last.response : {},
    );
  });

  it('tells nothing of what code writes while it runs', async () => {
    provider.use(callsCode('x'), says('Done.'));
    worker.use(async ({ started, output }) => {
      await started();
      await output({ type: 'text', stream: 'stdout', text: 'live' });
      return { outputs: [{ type: 'text', stream: 'stdout', text: 'live' }] };
    });
    const asked = { ...ASKED, live_output: true };
    const events = await eventsOf(await openai.responses.create({ ...asked, stream: true }));
    expect(events.filter(({ type }) => !type.startsWith('response.'))).toEqual([]);
    expect(JSON.stringify(events)).not.toContain('"live"');
  });

  it('ends with the fault of a response that fails', async () => {
    const events = await eventsOf(await openai.responses.create({ ...ASKED, stream: true })); // status 418
    expect(events.at(-1)).toMatchObject({
      ...{ type: 'response.failed', response: { status: 'failed', error: { type: 'MODEL_REFUSED' } } },
    });
  });

  it('ends the response when the client leaves', async () => {
    provider.use(hangs);
    const stream = await openai.responses.create({ ...ASKED, stream: true });
    for await (const { type } of stream) if (type === 'response.in_progress') break;
    await eventually(() => provider.abandoned() === 1);
  });
});

describe('openai streams: helpers', () => {
  it('take every event, and put the response together', async () => {
    provider.use(callsCode(CODE), says('It grows to ', '$38,696.84.'));
    const stream = openai.responses.stream({ ...ASKED, include: [OUTPUTS] });
    let code = '';
    let text = '';
    stream.on('response.code_interpreter_call_code.delta', ({ delta }) => (code += delta));
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const response = await stream.finalResponse();
    expect({ code, text }).toEqual({ code: CODE, text: 'It grows to $38,696.84.' });
    expect(response).toMatchObject({ status: 'completed', output_text: text });
    expect(response.output).toMatchObject([
      { type: 'code_interpreter_call', code: CODE, outputs: [{ type: 'logs', logs: '$38,696.84' }] },
      { type: 'message' },
    ]);
  });

  it('take calls beside each other', async () => {
    provider.use(callsCode('one', 'two'), says('Both.'));
    const response = await openai.responses.stream(ASKED).finalResponse();
    expect(response.output).toMatchObject([{ code: 'one' }, { code: 'two' }, { type: 'message' }]);
  });

  it('take a response that was made before', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const { id } = await openai.responses.create(ASKED);
    const response = await openai.responses.stream({ response_id: id }).finalResponse();
    expect(response).toMatchObject({ id, output_text: 'Done.' });
  });
});

describe('openai streams: going on', () => {
  it('gives after every number exactly what came after it', async () => {
    provider.use(callsCode('print("a")'), says('It ', 'is ', 'a.'));
    const events = await eventsOf(await openai.responses.create({ ...ASKED, stream: true, include: [OUTPUTS] }));
    const id = idOf(events);
    const query: OpenAI.Responses.ResponseRetrieveParamsStreaming = { stream: true, include: [OUTPUTS] };
    expect(await eventsOf(await openai.responses.retrieve(id, query))).toEqual(events);
    for (const [at, { sequence_number }] of events.entries()) {
      const stream = await openai.responses.retrieve(id, { ...query, starting_after: sequence_number });
      expect(await eventsOf(stream)).toEqual(events.slice(at + 1));
    }
  }, 30_000);

  it('gives the same on another process, while the response is made', async () => {
    const other = await opened.stage.api(modelSettings(provider.url));
    const elsewhere = createOpenAi(other, opened.client);
    const ending = Promise.withResolvers<undefined>();
    provider.use(async (res, req) => {
      await ending.promise;
      await says('At last.')(res, req);
    });
    const stream = await openai.responses.create({ ...ASKED, stream: true });
    const first: Event[] = [];
    let followed: Promise<Event[]> | undefined;
    for await (const event of stream) {
      first.push(event);
      if (event.type !== 'response.created') continue;
      const again = await elsewhere.responses.retrieve(event.response.id, { stream: true, starting_after: 0 });
      followed = eventsOf(again);
      ending.resolve(undefined);
    }
    expect(await followed).toEqual(first.slice(1));
  }, 30_000);

  it('gives the end alone once events were lost', async () => {
    provider.use(callsCode('1'), says('One.'));
    const { id } = await openai.responses.create(ASKED);
    const boundary = opened.stage.boundary();
    await boundary.redis.xdel(boundary.keyspace.events(id), '0-4');
    const rest = await eventsOf(await openai.responses.retrieve(id, { stream: true, starting_after: 2 }));
    const numbers = rest.map(({ sequence_number }) => sequence_number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 3));
    expect(rest.at(-1)).toMatchObject({ type: 'response.completed', response: { id, status: 'completed' } });
    await boundary.redis.xdel(boundary.keyspace.events(id), '0-1');
    expect(await openai.responses.stream({ response_id: id }).finalResponse()).toMatchObject({ output_text: 'One.' });
  });

  it('gives the end alone once the log is gone', async () => {
    provider.use(callsCode('1'), says('One.'));
    const { id } = await openai.responses.create(ASKED);
    const boundary = opened.stage.boundary();
    await boundary.redis.del(boundary.keyspace.events(id));
    const events = await eventsOf(await openai.responses.retrieve(id, { stream: true, starting_after: 100 }));
    expect(events).toMatchObject([{ type: 'response.completed', response: { id, status: 'completed' } }]);
    expect(events[0]?.sequence_number).toBeGreaterThan(100);
    const anew = await eventsOf(await openai.responses.retrieve(id, { stream: true }));
    expect(namesOf(anew).at(0)).toBe('response.created');
    expect(namesOf(anew).at(-1)).toBe('response.completed');
  });
});

describe('openai streams: background', () => {
  it('answers at once, and completes without the client', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const queued = await openai.responses.create({ ...ASKED, background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    await eventually(async () => (await openai.responses.retrieve(queued.id)).status === 'completed');
    expect((await openai.responses.retrieve(queued.id)).output_text).toBe('Done.');
  }, 30_000);

  it('is made on when the reader of its stream leaves, who can come back', async () => {
    const ending = Promise.withResolvers<undefined>();
    provider.use(async (res, req) => {
      await ending.promise;
      await says('At last.')(res, req);
    });
    const stream = await openai.responses.create({ ...ASKED, background: true, stream: true });
    let id = '';
    let seen = -1;
    for await (const event of stream) {
      seen = event.sequence_number;
      if (event.type === 'response.created') id = event.response.id;
      if (event.type === 'response.in_progress') break;
    }
    const again = await openai.responses.retrieve(id, { stream: true, starting_after: seen });
    ending.resolve(undefined);
    const rest = await eventsOf(again);
    expect(rest[0]?.sequence_number).toBe(seen + 1);
    expect(rest.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  }, 30_000);

  it('can be cancelled', async () => {
    provider.use(hangs);
    const { id } = await openai.responses.create({ ...ASKED, background: true });
    await eventually(() => provider.requests.length === 1);
    expect(await openai.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
  }, 30_000);
});
