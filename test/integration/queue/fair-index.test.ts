import { describe, expect, it, jest } from '@jest/globals';
import { createFairIndex } from '../../../shared/queue/fair-index.ts';
import type { IndexSettings } from '../../../shared/queue/fair-index-settings.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { givenRedis } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const PLAIN: IndexSettings = { weight: 1, cap: null, paused: false, version: 1 };

const given = givenRedis('blocking');
let namespaces = 0;

function open(limits: { queuedMax?: number; queuedBytesMax?: number } = {}) {
  const keyspace = createKeyspace(`t${String(namespaces++)}`);
  const index = createFairIndex({ redis: given.redis, keyspace, ...limits });
  const submit = async (...executionIds: string[]) => {
    for (const executionId of executionIds) {
      await index.submit({ organizationId: executionId.charAt(0), executionId, bytes: 10 });
    }
  };
  return { index, keyspace: keyspace.fairIndex, submit };
}

describe('fair index: submit', () => {
  it('releases while fewer than slots + 1 are in flight', async () => {
    const { index } = open();
    await index.setSlots(1);
    const released = [];
    for (const executionId of ['a1', 'a2', 'a3']) {
      released.push(await index.submit({ organizationId: 'a', executionId, bytes: 1 }));
    }
    expect(released).toEqual([
      { accepted: true, released: ['a1'] },
      { accepted: true, released: ['a2'] },
      { accepted: true, released: [] },
    ]);
  });

  it('releases as many as there is room for, however many', async () => {
    const { index, keyspace } = open({ queuedMax: Infinity });
    const entry = (at: number) => ({ organizationId: 'a', executionId: `a${String(at)}`, bytes: 1, inFlight: false });
    await index.rebuild(Array.from({ length: 10_000 }, (_, at) => entry(at)));
    await given.redis.hset(keyspace.state, 'slots', 10_000);
    expect(await index.submit(entry(10_000))).toMatchObject({
      released: Array.from({ length: 10_001 }, (_, at) => `a${String(at)}`),
    });
  });

  it('releases nothing without a live slot', async () => {
    const { index, submit } = open();
    await submit('a1');
    expect(await index.depth()).toEqual({ queued: 1, inFlight: 0 });
  });

  it('accepts as many as the bound and refuses one more', async () => {
    const { index, submit } = open({ queuedMax: 3 });
    await submit('a1', 'a2', 'a3');
    expect(await index.submit({ organizationId: 'a', executionId: 'a4', bytes: 1 })).toEqual({
      accepted: false,
      reason: 'count',
      limit: 3,
    });
    expect(await index.depth()).toEqual({ queued: 3, inFlight: 0 });
  });

  it('accepts bytes up to the bound and refuses one more', async () => {
    const { index } = open({ queuedBytesMax: 100 });
    const submit = (executionId: string, bytes: number) => index.submit({ organizationId: 'a', executionId, bytes });
    await submit('a1', 40);
    expect(await submit('a2', 61)).toEqual({ accepted: false, reason: 'bytes', limit: 100 });
    expect(await submit('a3', 60)).toMatchObject({ accepted: true });
    expect(await submit('a4', 1)).toMatchObject({ accepted: false, reason: 'bytes' });
  });

  it('bounds each organization for itself', async () => {
    const { index, submit } = open({ queuedMax: 1 });
    await submit('a1');
    expect(await index.submit({ organizationId: 'b', executionId: 'b1', bytes: 1 })).toMatchObject({ accepted: true });
  });

  it('counts what is dispatched no longer against the bounds', async () => {
    const { index, submit } = open({ queuedMax: 2, queuedBytesMax: 20 });
    await submit('a1', 'a2');
    await index.setSlots(1);
    expect(await index.submit({ organizationId: 'a', executionId: 'a3', bytes: 20 })).toMatchObject({ accepted: true });
  });

  it('takes an id that it already has only once', async () => {
    const { index, submit } = open({ queuedMax: 1 });
    await submit('a1');
    expect(await index.submit({ organizationId: 'a', executionId: 'a1', bytes: 10 })).toEqual({
      accepted: true,
      released: [],
    });
    expect(await index.depth()).toEqual({ queued: 1, inFlight: 0 });
  });
});

describe('fair index: order', () => {
  it('serves organizations in turn, each in the order of its submissions', async () => {
    const { index, submit } = open();
    await submit('a1', 'a2', 'a3', 'b1', 'b2', 'c1');
    expect(await index.setSlots(5)).toEqual({ released: ['a1', 'b1', 'c1', 'a2', 'b2', 'a3'] });
  });

  it('grants nothing for idle time', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    for (let count = 0; count < 20; count += 1) {
      await submit(`a${String(count)}`);
      await index.finish(`a${String(count)}`);
    }
    await index.setSlots(0);
    await submit('ax', 'ay', 'az', 'bx', 'by', 'bz');
    const { released } = await index.setSlots(5);
    expect(released.map((id) => id.charAt(0)).join('')).toMatch(/^(ab|ba){3}$/);
  });

  it('does not punish an organization for what it used alone', async () => {
    const { index, submit } = open();
    await submit('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
    await index.setSlots(3);
    await submit('b1', 'b2', 'b3', 'b4');
    const { released } = await index.setSlots(7);
    expect(released.slice(0, 3)).toContain('a5');
  });

  it('grants one that submits again as soon as it was served no more than its turn', async () => {
    const { index, submit } = open();
    await submit(...Array.from({ length: 20 }, (_, at) => `a${String(at)}`), 'b0');
    const served: string[] = [];
    let { released } = await index.setSlots(1);
    for (let next = 1; served.length < 20; next += 1) {
      served.push(...released);
      released = [];
      for (const id of served.slice(-2)) {
        if (id.startsWith('b')) await submit(`b${String(next)}`);
        released.push(...(await index.finish(id)).released);
      }
    }
    const ofB = served.filter((id) => id.startsWith('b')).length;
    expect(Math.abs(served.length - 2 * ofB)).toBeLessThanOrEqual(4);
  });

  it('serves a weight of two twice as often', async () => {
    const { index, submit } = open();
    await index.configure('b', { ...PLAIN, weight: 2, version: 2 });
    await submit('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4');
    const { released } = await index.setSlots(5);
    expect(released.filter((id) => id.startsWith('b'))).toHaveLength(4);
  });

  it('holds an organization at its cap and goes on with it when one has ended', async () => {
    const { index, submit } = open();
    await index.configure('a', { ...PLAIN, cap: 1, version: 2 });
    await submit('a1', 'a2', 'b1', 'b2');
    expect(await index.setSlots(9)).toEqual({ released: ['a1', 'b1', 'b2'] });
    expect(await index.finish('b1')).toEqual({ released: [] });
    expect(await index.finish('a1')).toEqual({ released: ['a2'] });
  });
});

describe('fair index: finish', () => {
  it('makes room for the next', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3');
    expect(await index.finish('a1')).toEqual({ released: ['a3'] });
  });

  it('changes nothing the second time', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3', 'a4');
    await index.finish('a1');
    expect(await index.finish('a1')).toEqual({ released: [] });
    expect(await index.depth()).toEqual({ queued: 1, inFlight: 2 });
  });

  it('takes a queued id out of the order', async () => {
    const { index, submit } = open();
    await submit('a1', 'a2', 'a3');
    await index.finish('a2');
    expect(await index.setSlots(5)).toEqual({ released: ['a1', 'a3'] });
  });

  it('leaves no trace of an organization that has nothing left', async () => {
    const { index, keyspace, submit } = open();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3', 'b1');
    for (const executionId of ['a1', 'b1', 'a3', 'a2']) await index.finish(executionId);
    const { state, tags, ...others } = keyspace;
    expect(
      await given.redis.exists(...Object.values(others), `${keyspace.backlogPrefix}a`, `${keyspace.backlogPrefix}b`),
    ).toBe(0);
    expect(await given.redis.exists(state)).toBe(1);
    expect(await given.redis.zcard(tags)).toBeLessThanOrEqual(2);
  });
});

describe('fair index: give back', () => {
  it('puts the id at the head of its organization, to be released next', async () => {
    const { index, submit } = open();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3', 'a4');
    await index.giveBack('a2');
    expect(await index.depth()).toEqual({ queued: 3, inFlight: 1 });
    expect(await index.setSlots(1)).toEqual({ released: ['a2'] });
  });

  it('keeps the order of two that come back', async () => {
    const { index, submit } = open();
    await submit('a1', 'a2', 'a3');
    await index.setSlots(1);
    await index.giveBack('a2');
    await index.giveBack('a1');
    expect(await index.setSlots(2)).toEqual({ released: ['a1', 'a2', 'a3'] });
  });

  it('returns the turn that the organization was charged for', async () => {
    const { index, submit } = open();
    await submit('a1', 'a2', 'b1', 'b2');
    await index.setSlots(1);
    await index.giveBack('a1');
    await index.giveBack('b1');
    expect(await index.setSlots(3)).toEqual({ released: ['a1', 'b1', 'a2', 'b2'] });
  });

  it('changes nothing for an id that is not in flight', async () => {
    const { index, submit } = open();
    await submit('a1');
    await index.giveBack('a1');
    await index.giveBack('a2');
    expect(await index.depth()).toEqual({ queued: 1, inFlight: 0 });
  });
});

describe('fair index: in flight', () => {
  it('lists what was dispatched and when', async () => {
    const { index, submit } = open();
    const [seconds] = await given.redis.time();
    await index.setSlots(1);
    await submit('a1', 'a2', 'a3');
    const inFlight = await index.inFlight();
    expect(inFlight.map(({ executionId }) => executionId)).toEqual(['a1', 'a2']);
    expect(inFlight[0]?.dispatchedAtMs).toBeGreaterThanOrEqual(Number(seconds) * 1000);
  });

  it('lets nothing out while more are in flight than slots allow', async () => {
    const { index, submit } = open();
    await index.setSlots(3);
    await submit('a1', 'a2', 'a3', 'a4', 'a5');
    await index.setSlots(1);
    expect(await index.finish('a1')).toEqual({ released: [] });
    expect(await index.finish('a2')).toEqual({ released: [] });
    expect(await index.finish('a3')).toEqual({ released: ['a5'] });
  });
});
