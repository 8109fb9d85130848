import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFairIndex, type RebuildEntry } from '../../../shared/queue/fair-index.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { givenRedis } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const given = givenRedis('blocking');

beforeEach(async () => {
  await given.redis.flushall();
});

const open = (queuedMax = 10_000) => createFairIndex({ redis: given.redis, keyspace: createKeyspace('ci'), queuedMax });
const row = (executionId: string, inFlight = false): RebuildEntry => ({
  organizationId: executionId.charAt(0),
  executionId,
  bytes: 10,
  inFlight,
});

async function* rows(count: number): AsyncGenerator<RebuildEntry> {
  for (let at = 0; at < count; at += 1) yield Promise.resolve(row(`a${String(at)}`));
}

describe('fair index: rebuild', () => {
  it('tells a wiped index by its missing epoch', async () => {
    const index = open();
    const before = await index.hasEpoch();
    await index.rebuild([]);
    const after = await index.hasEpoch();
    await given.redis.flushall();
    expect([before, after, await index.hasEpoch()]).toEqual([false, true, false]);
  });

  it('keeps the order of the rows', async () => {
    const index = open();
    await index.rebuild([row('a1'), row('a2'), row('b1'), row('a3')]);
    expect(await index.setSlots(3)).toEqual({ released: ['a1', 'b1', 'a2', 'a3'] });
  });

  it('counts rows in flight and releases the others up to the slots', async () => {
    const index = open();
    await index.setSlots(1);
    expect(await index.rebuild([row('a1', true), row('a2'), row('a3')])).toEqual({ released: ['a2'] });
    expect((await index.inFlight()).map(({ executionId }) => executionId).sort()).toEqual(['a1', 'a2']);
  });

  it('takes more rows than one batch holds, as they are read', async () => {
    const index = open();
    await index.rebuild(rows(1_234));
    expect(await index.depth()).toEqual({ queued: 1_234, inFlight: 0 });
  });

  it('takes rows beyond the bound, which then holds again', async () => {
    const index = open(2);
    await index.rebuild([row('a1'), row('a2'), row('a3')]);
    expect(await index.submit({ organizationId: 'a', executionId: 'a4', bytes: 1 })).toMatchObject({ accepted: false });
  });

  it('drops what an index with an epoch held before', async () => {
    const index = open();
    await index.rebuild([row('a1'), row('a2', true), row('b1')]);
    await index.rebuild([row('c1')]);
    expect(await index.setSlots(5)).toEqual({ released: ['c1'] });
    expect(await given.redis.keys('*backlog*')).toEqual([]);
  });

  it('keeps what was submitted since the wipe, behind the rows', async () => {
    const index = open();
    await index.submit({ organizationId: 'a', executionId: 'a9', bytes: 1 });
    await index.rebuild([row('a1'), row('a2')]);
    expect(await index.setSlots(5)).toEqual({ released: ['a1', 'a2', 'a9'] });
  });

  it('keeps what is submitted while it goes on, and releases nothing until it has ended', async () => {
    const index = open();
    await index.setSlots(5);
    async function* interrupted(): AsyncGenerator<RebuildEntry> {
      yield row('a1');
      expect(await index.submit({ organizationId: 'b', executionId: 'b1', bytes: 1 })).toEqual({
        accepted: true,
        released: [],
      });
      yield row('a2');
    }
    const { released } = await index.rebuild(interrupted());
    expect([...released].sort()).toEqual(['a1', 'a2', 'b1']);
  });

  it('can be done again after it broke off', async () => {
    const index = open();
    async function* broken(): AsyncGenerator<RebuildEntry> {
      yield Promise.resolve(row('a1'));
      throw new Error('the database went away');
    }
    await expect(index.rebuild(broken())).rejects.toThrow('the database went away');
    const epochBetween = await index.hasEpoch();
    await index.rebuild([row('a1'), row('a2')]);
    expect([epochBetween, await index.depth()]).toEqual([false, { queued: 2, inFlight: 0 }]);
  });

  it('keeps the order of the rows also where it broke off between them', async () => {
    const index = open();
    async function* broken(): AsyncGenerator<RebuildEntry> {
      yield* rows(500);
      throw new Error('the database went away');
    }
    await expect(index.rebuild(broken())).rejects.toThrow('the database went away');
    expect(await index.depth()).toEqual({ queued: 500, inFlight: 0 });
    await index.rebuild(rows(501));
    const { released } = await index.setSlots(500);
    expect(released).toEqual(Array.from({ length: 501 }, (_, at) => `a${String(at)}`));
    expect(await given.redis.exists(createKeyspace('ci').fairIndex.queuedBytes)).toBe(0);
  });

  it('tells also what settings let out when it took longer than it may hold the index up', async () => {
    const index = open();
    await index.setSlots(5);
    async function* slow(): AsyncGenerator<RebuildEntry> {
      await index.submit({ organizationId: 'b', executionId: 'b1', bytes: 1 });
      await given.redis.hdel(createKeyspace('ci').fairIndex.state, 'held_until_ms');
      yield { ...row('a1'), settings: { weight: 2, cap: null, paused: false, version: 2 } };
    }
    expect(await index.rebuild(slow())).toEqual({ released: ['b1', 'a1'] });
  });
});
