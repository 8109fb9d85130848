import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startEngineWatch, type EngineHealth } from '../../../../worker/jobs/engine-watch.ts';

const LOOK_MS = 1_000;
const HEALTHY = { healthy: true, version: '20.10', detail: null };

const stops: (() => void)[] = [];
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  jest.useRealTimers();
});

function setUp() {
  const state = { ping: async (): Promise<void> => undefined, problem: null as string | null };
  const asked = { pings: 0, versions: 0 };
  const told: EngineHealth[] = [];
  const watch = startEngineWatch({
    ping: () => {
      asked.pings += 1;
      return state.ping();
    },
    version: async () => {
      asked.versions += 1;
      return '20.10';
    },
    problem: () => state.problem,
    onChange: (health) => told.push(health),
  });
  stops.push(watch.stop);
  return { state, asked, told, watch, later: (ms = LOOK_MS) => jest.advanceTimersByTimeAsync(ms) };
}

const away = async () => Promise.reject(new Error('no such socket'));

describe('engine watch', () => {
  it('is not healthy before the engine answered, and tells when it did', async () => {
    const { told, watch, later } = setUp();
    expect(watch.health()).toEqual({ healthy: false, version: null, detail: 'not asked yet' });
    await later(0);
    expect(watch.health()).toEqual(HEALTHY);
    expect(told).toEqual([HEALTHY]);
  });

  it('tells of changes only, and asks for the version once', async () => {
    const { asked, told, later } = setUp();
    await later(0);
    await later();
    await later();
    expect(told).toHaveLength(1);
    expect(asked).toEqual({ pings: 3, versions: 1 });
  });

  it('tells when the engine goes and when it is back', async () => {
    const { state, told, later } = setUp();
    await later(0);
    state.ping = away;
    await later();
    await later();
    state.ping = async () => undefined;
    await later();
    expect(told).toEqual([HEALTHY, { healthy: false, version: null, detail: 'no such socket' }, HEALTHY]);
  });

  it('asks for the version again after the engine was away: it may be another', async () => {
    const { state, asked, later } = setUp();
    await later(0);
    state.ping = away;
    await later();
    state.ping = async () => undefined;
    await later();
    expect(asked.versions).toBe(2);
  });

  it('is not healthy while sandboxes cannot be started', async () => {
    const { state, told, watch, later } = setUp();
    await later(0);
    state.problem = 'no such image';
    await later();
    expect(watch.health()).toEqual({ healthy: false, version: '20.10', detail: 'no such image' });
    state.problem = null;
    await later();
    expect(told.map(({ healthy }) => healthy)).toEqual([true, false, true]);
  });

  it('keeps the reason up to date although it tells of changes only', async () => {
    const { state, watch, told, later } = setUp();
    await later(0);
    state.problem = 'no such image';
    await later();
    state.problem = 'the disk is full';
    await later();
    expect(watch.health().detail).toBe('the disk is full');
    expect(told).toHaveLength(2);
  });

  it('asks one question at a time', async () => {
    const { state, asked, later } = setUp();
    await later(0);
    state.ping = () => new Promise(() => undefined);
    await later(10 * LOOK_MS);
    expect(asked.pings).toBe(2);
  });

  it('neither asks nor tells after it was stopped, not even when a look was under way', async () => {
    const { state, asked, told, watch, later } = setUp();
    await later(0);
    const answer = Promise.withResolvers<void>();
    state.ping = () => answer.promise;
    await later();
    watch.stop();
    answer.reject(new Error('too late'));
    await later(10 * LOOK_MS);
    expect(told).toEqual([HEALTHY]);
    expect(asked.pings).toBe(2);
  });
});
