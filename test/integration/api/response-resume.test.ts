import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { allEvents, readEvents, type SseEvent } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, says } from '../../helpers/model-server.ts';
import {
  ask,
  CODE,
  modelSettings,
  openResponseStage,
  prints,
  type ResponseStage,
} from '../../helpers/response-stage.ts';

let opened: ResponseStage;
let other: TestApi;

beforeAll(async () => {
  opened = await openResponseStage();
  other = await opened.stage.api(modelSettings(opened.provider.url));
}, 30_000);

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  opened.worker.use(prints);
  opened.provider.use();
});

/** On the process that does not make it. */
const follow = (id: string, query = '', headers: Record<string, string> = {}) =>
  fetch(`${other.url}/v1/model/response/${id}?stream=true${query}`, {
    headers: { authorization: `Bearer ${opened.client.organization.key}`, ...headers },
  });

const numberOf = ({ id }: SseEvent) => Number(id.slice(2));
const Numbered = z.looseObject({ sequence_number: z.number() });
const idOf = (events: readonly SseEvent[]) => z.looseObject({ id: z.string() }).parse(events[0]?.data).id;

async function forget(id: string): Promise<void> {
  const { redis, keyspace } = opened.worker.boundary;
  await redis.unlink(keyspace.events(id));
}

async function made(): Promise<{ id: string; events: SseEvent[] }> {
  opened.provider.use(callsCode(CODE), says('It ', 'is.'));
  const events = await allEvents(await opened.responses.stream(ask()));
  return { id: idOf(events), events };
}

describe('responses: streams that are gone on with', () => {
  it('go on after any event, on another process', async () => {
    const { id, events } = await made();
    for (const [at, event] of events.entries()) {
      const rest = await allEvents(await follow(id, `&starting_after=${String(numberOf(event))}`));
      expect(rest).toEqual(events.slice(at + 1));
    }
  });

  it('go on after the event that Last-Event-ID names', async () => {
    const { id, events } = await made();
    expect(await allEvents(await follow(id, '', { 'last-event-id': events[3]?.id ?? '' }))).toEqual(events.slice(4));
  });

  it('go on while the response is made', async () => {
    const heard = Promise.withResolvers<undefined>();
    opened.provider.use(callsCode(CODE), async (res, req) => {
      await heard.promise;
      await says('It is.')(res, req);
    });
    const answer = await opened.responses.post(ask({ background: true }));
    const { id } = z.looseObject({ id: z.string() }).parse(await answer.json());
    const first: SseEvent[] = [];
    for await (const event of readEvents(await follow(id))) {
      first.push(event);
      if (event.event === 'response.output_item.done') break;
    }
    heard.resolve(undefined);
    const rest = await allEvents(await follow(id, `&starting_after=${String(first.map(numberOf).at(-1))}`));
    expect([...first, ...rest].map(numberOf)).toEqual([...first, ...rest].map((_, at) => at + 1));
    expect(rest.at(-1)?.event).toBe('response.completed');
  });

  it('are told as data lines too, each event under a number of its own', async () => {
    const { id } = await made();
    const lines = async (query: string) => {
      const text = await (await follow(id, query, { 'x-stream-format': 'data' })).text();
      return text.split('\n\n').flatMap((block) => (block.startsWith('data: ') ? [block.slice(6)] : []));
    };
    const all = await lines('');
    expect(all.at(-1)).toBe('[DONE]');
    const numbers = all.slice(0, -1).map((line) => Numbered.parse(JSON.parse(line)).sequence_number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    for (const [at, number] of numbers.entries())
      expect(await lines(`&starting_after=${String(number)}`)).toEqual(all.slice(at + 1));
  });

  it('tell everything from the row when the log has expired, from anywhere in it', async () => {
    const { id, events } = await made();
    await forget(id);
    const again = await allEvents(await follow(id));
    const names = (list: readonly SseEvent[]) =>
      list.map(({ event }) => event).filter((name, at, all) => name !== all[at - 1]);
    expect(names(again)).toEqual(names(events));
    expect(again.at(-1)?.data).toEqual(events.at(-1)?.data);
    for (const at of [0, 5, again.length - 2]) {
      const event = again[at];
      if (event === undefined) throw new Error('no such event');
      const rest = await allEvents(await follow(id, `&starting_after=${String(numberOf(event))}`));
      expect(rest).toEqual(again.slice(at + 1));
    }
  });

  it('end at once for a reader that has a part of a log that has expired', async () => {
    const { id, events } = await made();
    await forget(id);
    const rest = await allEvents(await follow(id, '&starting_after=3'));
    expect(rest.map(({ event, data }) => ({ event, data }))).toEqual(
      events.slice(-1).map(({ event, data }) => ({ event, data })),
    );
  });

  it('tell the end alone once events were lost, and nothing to a reader that has it', async () => {
    const { id, events } = await made();
    const { redis, keyspace } = opened.worker.boundary;
    await redis.xdel(keyspace.events(id), '0-5');
    const [before, after] = [await allEvents(await follow(id, '&starting_after=3')), await allEvents(await follow(id))];
    expect(before.map(({ event }) => event)).toEqual([events[3]?.event, 'response.completed']);
    expect(after.map(({ event }) => event)).toEqual([
      ...events.slice(0, 4).map(({ event }) => event),
      'response.completed',
    ]);
    const last = String(before.map(numberOf).at(-1));
    expect(await allEvents(await follow(id, `&starting_after=${last}`))).toEqual([]);
  });

  it('are refused for what is not there, and for numbers that are none', async () => {
    const { id } = await made();
    expect((await follow('resp_00000000000000000000')).status).toBe(404);
    expect((await follow(id, '&starting_after=x')).status).toBe(422);
  });
});

describe('responses: outages', () => {
  it('in the background are made all the same when Redis goes away while the model speaks', async () => {
    const { stage, provider, responses } = opened;
    provider.use(async (res, req) => {
      await stage.redis.kill9();
      await says('Without Redis.')(res, req);
    });
    const { id } = await responses.make(ask({ background: true }));
    await eventually(async () => (await responses.read(id)).status === 'completed', PATIENCE);
    await stage.redis.restart();
    await stage.redisBack(opened.api);
    await stage.redisBack(other);
  }, 30_000);

  it('end well when connections to the database are cut while the model speaks', async () => {
    const { stage, provider, responses } = opened;
    const cut = () =>
      stage.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'code-interpreter-api'",
      );
    await eventually(async () => (await stage.query('select 1')).length === 1);
    provider.use(
      async (res, req) => {
        await cut();
        await callsCode(CODE)(res, req);
      },
      async (res, req) => {
        await cut();
        await says('Cut twice.')(res, req);
      },
    );
    expect(await responses.make(ask())).toMatchObject({ status: 'completed', output: [{}, { status: 'completed' }] });
  }, 30_000);

  it('tell no end that is not stored: a client hears of the outage', async () => {
    const { stage, provider, responses } = opened;
    provider.use(async (res, req) => {
      await stage.query('alter table responses rename to responses_away');
      await says('Never stored.')(res, req);
    });
    const answer = await responses.post(ask());
    await stage.query('alter table responses_away rename to responses');
    expect(answer.status).toBeGreaterThanOrEqual(500);
  }, 30_000);
});

const PATIENCE = { timeoutMs: 20_000, intervalMs: 50 };
