import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createPool, type PoolSettings } from '../../../../worker/pool/pool.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { aSandbox, type FakeSandbox } from '../../../helpers/fake-sandbox.ts';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function aPool(settings: Partial<PoolSettings> = {}, start?: (memoryMib: number) => Promise<FakeSandbox>) {
  const started: FakeSandbox[] = [];
  const clock = { ms: 0 };
  const pool = createPool(
    {
      start: async (memoryMib) => {
        const sandbox = start === undefined ? aSandbox(`sandbox-${String(started.length)}`) : await start(memoryMib);
        started.push(sandbox);
        return sandbox;
      },
      now: () => clock.ms,
      report: () => undefined,
    },
    { boundMax: 2, warm: 1, startsAtOnceMax: 2, memoryMib: 512, runsMax: 3, idleMs: 60_000, ...settings },
  );
  closers.push(pool.close);
  pool.open();
  const acquire = (organizationId: string, fields: { isolation?: 'fresh'; memoryMib?: number } = {}) =>
    pool.acquire({ organizationId, isolation: 'organization', memoryMib: 512, ...fields }, never);
  return { pool, acquire, started, clock };
}

describe('pool', () => {
  it('serves one organization from one sandbox and another from another', async () => {
    const { acquire } = aPool();
    const first = await acquire('a');
    first.release(true);
    const again = await acquire('a');
    expect(again.sandbox.id).toBe(first.sandbox.id);
    expect((await acquire('b')).sandbox.id).not.toBe(first.sandbox.id);
  });

  it('keeps as many warm sandboxes as it is set to, also after one is taken', async () => {
    const { pool, acquire } = aPool({ warm: 2 });
    await eventually(() => isDeepStrictEqual(pool.count(), { warm: 2, starting: 0, bound: 0 }));
    await acquire('a');
    await eventually(() => isDeepStrictEqual(pool.count(), { warm: 2, starting: 0, bound: 1 }));
  });

  it('destroys a sandbox that may not be used again', async () => {
    const { acquire, started } = aPool();
    const lease = await acquire('a');
    lease.release(false);
    expect(started.find(({ id }) => id === lease.sandbox.id)?.state.closed).toBe(true);
  });

  it('never uses a fresh sandbox twice', async () => {
    const { acquire, started } = aPool();
    const lease = await acquire('a', { isolation: 'fresh' });
    lease.release(true);
    expect(started.find(({ id }) => id === lease.sandbox.id)?.state.closed).toBe(true);
  });

  it('starts one of its own for other limits and never shares it', async () => {
    const asked: number[] = [];
    const { acquire } = aPool({ warm: 0 }, async (memoryMib) => {
      asked.push(memoryMib);
      return aSandbox(`sandbox-${String(asked.length)}`);
    });
    (await acquire('a', { memoryMib: 1_024 })).release(true);
    const next = await acquire('a');
    expect(asked).toEqual([1_024, 512]);
    expect(next.sandbox.id).toBe('sandbox-2');
  });

  it('replaces a sandbox after its last allowed run', async () => {
    const { acquire, started } = aPool({ runsMax: 2 });
    const first = await acquire('a');
    first.release(true);
    (await acquire('a')).release(true);
    expect(started.find(({ id }) => id === first.sandbox.id)?.state.closed).toBe(true);
  });

  it('makes room by destroying the longest idle one when another organization waits', async () => {
    const { acquire, clock, started } = aPool({ boundMax: 2 });
    const a = await acquire('a');
    const b = await acquire('b');
    a.release(true);
    clock.ms = 10;
    b.release(true);
    await acquire('c');
    const isClosed = (id: string) => started.find((sandbox) => sandbox.id === id)?.state.closed;
    expect([isClosed(a.sandbox.id), isClosed(b.sandbox.id)]).toEqual([true, false]);
  });

  it('lets a flooding organization run everywhere and another in at once', async () => {
    const { pool, acquire, started } = aPool({ boundMax: 4, warm: 2 });
    const flood = await Promise.all(Array.from({ length: 4 }, () => acquire('a')));
    for (const lease of flood) lease.release(true);
    await eventually(() => pool.count().warm === 2);
    const other = await acquire('b');
    expect(flood.map(({ sandbox }) => sandbox.id)).not.toContain(other.sandbox.id);
    expect(started.filter(({ state }) => state.closed)).toHaveLength(1);
    other.release(true);
    expect((await acquire('b')).sandbox.id).toBe(other.sandbox.id);
  });

  it('keeps the sandbox of one that comes now and then, while another floods all slots', async () => {
    const { acquire } = aPool({ boundMax: 4 });
    const rare = await acquire('b');
    rare.release(true);
    for (let round = 0; round < 3; round += 1) {
      const flood = [await acquire('a'), await acquire('a')];
      for (const lease of flood) lease.release(true);
    }
    expect((await acquire('b')).sandbox.id).toBe(rare.sandbox.id);
  });

  it('destroys what has been idle too long', async () => {
    const { acquire, clock, pool } = aPool({ idleMs: 1_000 });
    (await acquire('a')).release(true);
    clock.ms = 1_001;
    await eventually(() => pool.count().bound === 0);
  });

  it('forgets an idle sandbox that dies', async () => {
    const { acquire, started } = aPool();
    const lease = await acquire('a');
    lease.release(true);
    started.find(({ id }) => id === lease.sandbox.id)?.die();
    await eventually(async () => (await acquire('a')).sandbox.id !== lease.sandbox.id);
  });

  it('replaces every sandbox when told, a busy one after its run', async () => {
    const { pool, acquire, started } = aPool({ boundMax: 3, warm: 1 });
    const idle = await acquire('a');
    const busy = await acquire('b');
    idle.release(true);
    await eventually(() => pool.count().warm === 1);
    const before = [...started];
    pool.renew();
    const isClosed = (id: string) => before.find((sandbox) => sandbox.id === id)?.state.closed;
    expect([isClosed(idle.sandbox.id), isClosed(busy.sandbox.id)]).toEqual([true, false]);
    busy.release(true);
    expect(before.every(({ state }) => state.closed)).toBe(true);
    await eventually(() => pool.count().warm === 1);
  });

  it('waits for a sandbox while the engine refuses, and gives up when told', async () => {
    const { pool } = aPool({ warm: 0 }, async () => Promise.reject(new Error('engine down')));
    const gaveUp = new AbortController();
    const waiting = pool.acquire({ organizationId: 'a', isolation: 'organization', memoryMib: 512 }, gaveUp.signal);
    gaveUp.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
  });

  it('removes every sandbox when it closes', async () => {
    const { pool, acquire, started } = aPool({ warm: 2 });
    await acquire('a');
    await pool.close();
    expect(started.length).toBeGreaterThan(0);
    expect(started.every(({ state }) => state.closed)).toBe(true);
  });
});
