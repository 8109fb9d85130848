import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { WorkerStatus } from '../../../../shared/contracts/worker-status.ts';
import { startHeartbeat } from '../../../../worker/jobs/heartbeat.ts';

const BEAT_MS = 1_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const aStatus = (busy: number): WorkerStatus => ({
  version: 1,
  worker_id: 'worker',
  host: 'host',
  service_version: '0',
  image_hash: '',
  runtime: 'runc',
  slots: 1,
  busy,
  sandboxes: { warm: 0, bound: 0, starting: 0 },
  engine: { healthy: true, version: null, detail: null },
  draining: false,
  paused: false,
  packages: null,
  started_at_ms: 0,
  beat_at_ms: 0,
});

function setUp() {
  const state = { busy: 0, beat: async (): Promise<void> => undefined, leave: async (): Promise<void> => undefined };
  const told: string[] = [];
  const heartbeat = startHeartbeat({
    status: () => aStatus(state.busy),
    beat: ({ busy }) => {
      told.push(`busy ${String(busy)}`);
      return state.beat();
    },
    leave: (workerId) => {
      told.push(`${workerId} leaves`);
      return state.leave();
    },
  });
  return { state, told, heartbeat, later: (ms = BEAT_MS) => jest.advanceTimersByTimeAsync(ms) };
}

describe('heartbeat', () => {
  it('beats at once, then every second with what is so then', async () => {
    const { state, told, later } = setUp();
    expect(told).toEqual(['busy 0']);
    state.busy = 1;
    await later(BEAT_MS - 1);
    expect(told).toHaveLength(1);
    await later(1);
    expect(told).toEqual(['busy 0', 'busy 1']);
  });

  it('beats between two beats when told', () => {
    const { state, told, heartbeat } = setUp();
    state.busy = 2;
    heartbeat.tell();
    expect(told).toEqual(['busy 0', 'busy 2']);
  });

  it('goes on after a beat that failed', async () => {
    const { state, told, later } = setUp();
    state.beat = async () => Promise.reject(new Error('Redis is away'));
    await later();
    await later();
    expect(told).toHaveLength(3);
  });

  it('leaves after the beat that is under way, and beats no more', async () => {
    const { state, told, heartbeat, later } = setUp();
    const beat = Promise.withResolvers<void>();
    state.beat = () => beat.promise;
    heartbeat.tell();
    const stopping = heartbeat.stop();
    await later(10 * BEAT_MS);
    expect(told).toEqual(['busy 0', 'busy 0']);
    beat.resolve();
    await stopping;
    await later(10 * BEAT_MS);
    expect(told).toEqual(['busy 0', 'busy 0', 'worker leaves']);
  });

  it('stops although it cannot say that it leaves', async () => {
    const { state, heartbeat } = setUp();
    state.leave = async () => Promise.reject(new Error('Redis is away'));
    await expect(heartbeat.stop()).resolves.toBeUndefined();
  });
});
