import { describe, expect, it, jest } from '@jest/globals';
import { createFairIndex } from '../../../shared/queue/fair-index.ts';
import type { IndexSettings } from '../../../shared/queue/fair-index-settings.ts';
import { createFairIndexState } from '../../../shared/queue/fair-index-state.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { givenRedis } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const given = givenRedis('blocking');
let namespaces = 0;

const settings = (set: Partial<IndexSettings> = {}): IndexSettings => ({
  ...{ weight: 1, cap: null, paused: false, version: 2 },
  ...set,
});

function open() {
  const keyspace = createKeyspace(`s${String(namespaces++)}`);
  const index = createFairIndex({ redis: given.redis, keyspace });
  const state = createFairIndexState({ redis: given.redis, keyspace });
  const submit = async (...executionIds: string[]) => {
    for (const executionId of executionIds) {
      await index.submit({ organizationId: executionId.charAt(0), executionId, bytes: 10 });
    }
  };
  return { index, state, keyspace: keyspace.fairIndex, submit };
}

describe('fair index: pause of an organization', () => {
  it('holds back what it has queued and lets others go on', async () => {
    const { index, submit } = open();
    await index.configure('a', settings({ paused: true }));
    await submit('a1', 'a2', 'b1');
    expect(await index.setSlots(5)).toEqual({ released: ['b1'] });
  });

  it('lets it go on when it is over', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    await index.configure('a', settings({ paused: true }));
    await submit('a1', 'a2', 'a3');
    expect(await index.configure('a', settings({ version: 3 }))).toEqual({ released: ['a1', 'a2'] });
  });

  it('takes nothing back that is in flight', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3');
    await index.configure('a', settings({ paused: true }));
    expect(await index.finish('a1')).toEqual({ released: [] });
    expect((await index.inFlight()).map(({ executionId }) => executionId)).toEqual(['a2']);
  });

  it('earns nothing', async () => {
    const { index, submit } = open();
    await index.configure('b', settings({ paused: true }));
    await submit('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3');
    await index.setSlots(2);
    await index.configure('b', settings({ version: 3 }));
    const { released } = await index.setSlots(7);
    expect(released.filter((id) => id.startsWith('b')).length).toBeLessThanOrEqual(3);
    expect(released.slice(0, 4).filter((id) => id.startsWith('a'))).toHaveLength(2);
  });
});

describe('fair index: pause of all', () => {
  it('lets nothing out until it is over', async () => {
    const { index, state, submit } = open();
    await index.setPaused(true);
    await submit('a1');
    expect([await index.setSlots(5), await state.isPaused()]).toEqual([{ released: [] }, true]);
    expect(await index.setPaused(false)).toEqual({ released: ['a1'] });
    expect(await state.isPaused()).toBe(false);
  });

  it('outlives a rebuild', async () => {
    const { index } = open();
    await index.setSlots(5);
    await index.setPaused(true);
    expect(await index.rebuild([{ organizationId: 'a', executionId: 'a1', bytes: 1, inFlight: false }])).toEqual({
      released: [],
    });
  });
});

describe('fair index: settings', () => {
  it('are taken with a submission, before its turn is decided', async () => {
    const { index } = open();
    await index.setSlots(5);
    const one = { organizationId: 'a', bytes: 1, settings: settings({ cap: 1 }) };
    expect(await index.submit({ ...one, executionId: 'a1' })).toMatchObject({ released: ['a1'] });
    expect(await index.submit({ ...one, executionId: 'a2' })).toMatchObject({ released: [] });
  });

  it('stay as they are when a process brings older ones', async () => {
    const { index, state, submit } = open();
    await submit('a1');
    await index.configure('a', settings({ paused: true, version: 5 }));
    await index.configure('a', settings({ version: 4 }));
    await index.submit({ organizationId: 'a', executionId: 'a2', bytes: 1, settings: settings({ version: 1 }) });
    expect((await state.state('a')).settings).toEqual(settings({ paused: true, version: 5 }));
  });

  it('are gone with a wipe and back with a rebuild', async () => {
    const { index, state } = open();
    const row = (executionId: string) => ({
      organizationId: 'a',
      executionId,
      bytes: 1,
      inFlight: false,
      settings: settings({ cap: 1, weight: 3 }),
    });
    await index.setSlots(5);
    expect(await index.rebuild([row('a1'), row('a2'), row('a3')])).toEqual({ released: ['a1'] });
    expect((await state.state('a')).settings).toEqual(settings({ cap: 1, weight: 3 }));
  });

  it('stretch what is left of the last turn when the weight changes', async () => {
    const { index, submit } = open();
    await index.configure('a', settings({ weight: 0.01 }));
    await submit('a1', 'a2', 'a3');
    await index.setSlots(1);
    await submit('b1', 'b2', 'b3', 'b4', 'b5', 'b6');
    await index.configure('a', settings({ weight: 1, version: 3 }));
    const { released } = await index.setSlots(6);
    expect(released.filter((id) => id.startsWith('a'))).toEqual(['a3']);
  });

  it('of a submission bound its organization instead of those of all', async () => {
    const { index } = open();
    const submit = (executionId: string, bytes = 1) =>
      index.submit({ organizationId: 'a', executionId, bytes, queuedMax: 2, queuedBytesMax: 100 });
    await submit('a1');
    expect(await submit('a2', 100)).toEqual({ accepted: false, reason: 'bytes', limit: 100 });
    await submit('a2', 99);
    expect(await submit('a3')).toEqual({ accepted: false, reason: 'count', limit: 2 });
  });
});

describe('fair index: forget', () => {
  it('leaves nothing of the organization and goes on with the others', async () => {
    const { index, keyspace, submit } = open();
    await index.configure('a', settings({ weight: 0.5 }));
    await submit('a1', 'a2', 'b1', 'b2');
    await index.setSlots(1);
    expect(await index.forget('a')).toEqual({ released: ['b2'] });
    expect(await index.depth()).toEqual({ queued: 0, inFlight: 2 });
    const { ready, tags, entries, queuedBytes, running, settings: set, members, backlogPrefix } = keyspace;
    const traces = await Promise.all([
      ...[ready, tags, members].map((key) => given.redis.zscore(key, 'a')),
      ...[queuedBytes, running, set].map((key) => given.redis.hget(key, 'a')),
      ...['a1', 'a2'].map((id) => given.redis.hget(entries, id)),
      given.redis.exists(`${backlogPrefix}a`),
    ]);
    expect(traces).toEqual([...Array.from({ length: 8 }, () => null), 0]);
  });
});

describe('fair index: state', () => {
  it('tells what an organization has there', async () => {
    const { index, state, submit } = open();
    await index.configure('a', settings({ weight: 3, cap: 9 }));
    await submit('a1', 'a2', 'a3', 'b1', 'b2', 'b3');
    await index.setSlots(1);
    expect(await state.state('a')).toEqual({
      organizationId: 'a',
      queued: 2,
      queuedBytes: 20,
      inFlight: 1,
      settings: settings({ weight: 3, cap: 9 }),
      share: 0.75,
      oldestExecutionId: 'a2',
    });
  });

  it('gives no share to one that may not be served now', async () => {
    const { index, state, submit } = open();
    await index.configure('a', settings({ paused: true }));
    await submit('a1', 'b1');
    expect((await state.state('a')).share).toBeNull();
    expect((await state.state('b')).share).toBe(1);
    expect(await state.state('c')).toMatchObject({ queued: 0, inFlight: 0, share: null, oldestExecutionId: null });
  });

  it('lists organizations that have anything there, page by page, each once', async () => {
    const { index, state, submit } = open();
    await submit('a1', 'b1', 'c1', 'd1', 'e1');
    await index.setSlots(1);
    await index.finish('a1');
    const first = await state.page({ limit: 2 });
    expect(first.map(({ organizationId }) => organizationId)).toEqual(['b', 'c', 'd']);
    const second = await state.page({ after: 'c', limit: 2 });
    expect(second.map(({ organizationId }) => organizationId)).toEqual(['d', 'e']);
  });
});
