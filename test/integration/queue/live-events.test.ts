import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LiveEvent } from '../../../shared/contracts/events.ts';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import {
  createDoneNotifier,
  createEventReader,
  createEventWriter,
  openSubscriber,
  type EventReader,
  type EventWriter,
  type Subscriber,
} from '../../../shared/queue/live-events.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;
let writer: EventWriter;
let reader: EventReader;
let subscriber: Subscriber;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  writer = createEventWriter({ redis, keyspace });
  reader = createEventReader({ redis, keyspace });
});

beforeEach(async () => {
  await redis.flushall();
  subscriber = openSubscriber({ redisUrl: server.url, keyspace, report: ignore });
});

afterEach(async () => {
  await subscriber.close();
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const text = (of: string, attempt = 1): LiveEvent => ({
  type: 'output',
  attempt,
  output: { type: 'text', stream: 'stdout', text: of },
});

const subscriptions = async () => Number((await redis.pubsub('NUMSUB', keyspace.channels.events('e1')))[1]);

describe('live events: end', () => {
  it('keeps the stream of an ended execution only for readers that are on their way', async () => {
    await writer.append('e1', [text('a')]);
    expect(await redis.pttl(keyspace.events('e1'))).toBeGreaterThan(60_000);
    await writer.expireSoon(['e1', 'never-there']);
    expect(await redis.pttl(keyspace.events('e1'))).toBeLessThanOrEqual(15_000);
    expect((await reader.readAfter('e1', '0-0')).length).toBe(1);
  });
});

describe('live events: reading', () => {
  it('gives all events in the order they were written', async () => {
    await writer.append('e1', [{ type: 'started', attempt: 1, started_at_ms: 5 }, text('a')]);
    await writer.append('e1', [text('b'), text('c')]);
    const events = await reader.readAfter('e1', '0-0');
    expect(events.map(({ event }) => event)).toEqual([
      { type: 'started', attempt: 1, started_at_ms: 5 },
      text('a'),
      text('b'),
      text('c'),
    ]);
  });

  it('resumes after the last id that a client has seen', async () => {
    await writer.append('e1', [text('a'), text('b'), text('c')]);
    const [, seen] = await reader.readAfter('e1', '0-0');
    const rest = await reader.readAfter('e1', seen?.id ?? '');
    expect(rest.map(({ event }) => event)).toEqual([text('c')]);
  });

  it.each(['', 'nonsense', '1', '-1-1', '99999999999999999999-1', '1-1 COUNT 0', '$'])(
    'takes the id %j, which is none, for the beginning',
    async (afterId) => {
      await writer.append('e1', [text('a')]);
      expect(await reader.readAfter('e1', afterId)).toHaveLength(1);
    },
  );

  it('leaves out an event that this version does not know', async () => {
    await redis.xadd(keyspace.events('e1'), '*', 'event', '{"type":"progress"}');
    await writer.append('e1', [text('a')]);
    expect((await reader.readAfter('e1', '0-0')).map(({ event }) => event)).toEqual([text('a')]);
  });

  it('gives nothing of another execution', async () => {
    await writer.append('e2', [text('a')]);
    expect(await reader.readAfter('e1', '0-0')).toEqual([]);
  });
});

describe('live events: bounds', () => {
  it('keeps about 2,000 events of an execution, the newest', async () => {
    for (let batch = 0; batch < 30; batch += 1) {
      await writer.append(
        'e1',
        Array.from({ length: 100 }, (_, at) => text(String(batch * 100 + at))),
      );
    }
    const events = await reader.readAfter('e1', '0-0');
    expect(events.length).toBeLessThanOrEqual(2_200);
    expect(events.length).toBeGreaterThanOrEqual(2_000);
    expect(events.at(-1)?.event).toEqual(text('2999'));
  });

  it('lets the stream expire ten minutes after its last event', async () => {
    await writer.append('e1', [text('a')]);
    await redis.pexpire(keyspace.events('e1'), 1_000);
    await writer.append('e1', [text('b')]);
    const leftMs = await redis.pttl(keyspace.events('e1'));
    expect(leftMs).toBeGreaterThan(590_000);
    expect(leftMs).toBeLessThanOrEqual(600_000);
  });

  it('reads nothing once the stream has expired', async () => {
    await writer.append('e1', [text('a')]);
    const [seen] = await reader.readAfter('e1', '0-0');
    await redis.pexpire(keyspace.events('e1'), 1);
    await eventually(async () => (await redis.exists(keyspace.events('e1'))) === 0);
    expect(await reader.readAfter('e1', seen?.id ?? '')).toEqual([]);
  });

  it('discards the stream of a deleted execution', async () => {
    await writer.append('e1', [text('a')]);
    await writer.discard('e1');
    expect(await redis.exists(keyspace.events('e1'))).toBe(0);
  });
});

describe('subscriber: events', () => {
  it('wakes the listeners of the execution, and no others', async () => {
    const woken: string[] = [];
    await subscriber.onEvents('e1', () => woken.push('one'));
    await subscriber.onEvents('e1', () => woken.push('two'));
    await subscriber.onEvents('e2', () => woken.push('other'));
    await writer.append('e1', [text('a')]);
    await eventually(() => woken.length === 2);
    expect(woken).toEqual(['one', 'two']);
  });

  it('finds the events when it is woken', async () => {
    const found: number[] = [];
    await subscriber.onEvents('e1', () => {
      void reader.readAfter('e1', '0-0').then((events) => found.push(events.length));
    });
    await writer.append('e1', [text('a'), text('b')]);
    await eventually(() => found.length === 1);
    expect(found).toEqual([2]);
  });

  it('gives the channel up with its last listener', async () => {
    const stop = [await subscriber.onEvents('e1', ignore), await subscriber.onEvents('e1', ignore)];
    stop[0]?.();
    const withOne = await subscriptions();
    stop[1]?.();
    await eventually(async () => (await subscriptions()) === 0);
    expect(withOne).toBe(1);
  });

  it('keeps the channel for a listener that comes as the last one goes', async () => {
    const woken: string[] = [];
    const stop = await subscriber.onEvents('e1', ignore);
    stop();
    stop();
    await subscriber.onEvents('e1', () => woken.push('new'));
    await writer.append('e1', [text('a')]);
    await eventually(() => woken.length === 1);
  });

  it('uses one connection for all', async () => {
    for (let at = 0; at < 20; at += 1) await subscriber.onEvents(`e${String(at)}`, ignore);
    const clients = String(await redis.client('LIST')).split('\n');
    expect(clients.filter((client) => /cmd=subscribe/.test(client))).toHaveLength(1);
  });
});

describe('subscriber: announcements', () => {
  it('tells every listener of every id that became final', async () => {
    const [one, two]: [string[], string[]] = [[], []];
    subscriber.onDone((id) => one.push(id));
    const stop = subscriber.onDone((id) => two.push(id));
    await subscriber.onEvents('e0', ignore);
    const notifier = createDoneNotifier({ redis, keyspace });
    await notifier.announce(['e1', 'e2']);
    await eventually(() => one.length === 2 && two.length === 2);
    stop();
    await notifier.announce([]);
    await notifier.announce(['e3']);
    await eventually(() => one.length === 3);
    expect([one, two]).toEqual([
      ['e1', 'e2', 'e3'],
      ['e1', 'e2'],
    ]);
  });

  it('wakes everyone after a lost connection, and goes on', async () => {
    const woken: string[] = [];
    await subscriber.onEvents('e1', () => woken.push('events'));
    subscriber.onReconnect(() => woken.push('reconnect'));
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => woken.length === 2);
    await writer.append('e1', [text('a')]);
    await eventually(() => woken.length === 3);
    expect(woken).toEqual(['events', 'reconnect', 'events']);
  });
});
