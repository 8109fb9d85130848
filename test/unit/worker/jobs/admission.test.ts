import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startAdmission } from '../../../../worker/jobs/admission.ts';

const LOOK_MS = 1_000;
const MAX = { reports: 10, bytes: 100 };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp() {
  const state = { paused: false, healthy: true, held: false, backlog: async () => ({ reports: 0, bytes: 0 }) };
  const calls: string[] = [];
  const reports: string[] = [];
  const admission = startAdmission({
    consumer: {
      pause: async () => {
        state.paused = true;
        calls.push('pause');
      },
      resume: () => {
        state.paused = false;
        calls.push('resume');
      },
      isPaused: () => state.paused,
    },
    isEngineHealthy: () => state.healthy,
    isHeld: () => state.held,
    backlog: () => state.backlog(),
    backlogMax: MAX,
    report: (event) => reports.push(event),
  });
  return { state, calls, reports, admission, look: () => jest.advanceTimersByTimeAsync(LOOK_MS) };
}

describe('admission', () => {
  it('leaves the consumer alone while all is well', async () => {
    const { calls, look } = setUp();
    await look();
    await look();
    expect(calls).toEqual([]);
  });

  it('takes no jobs while the engine is away, decided as soon as it is told, and says so once', async () => {
    const { state, calls, reports, admission, look } = setUp();
    state.healthy = false;
    admission.look();
    expect(calls).toEqual(['pause']);
    await look();
    state.healthy = true;
    admission.look();
    expect(calls).toEqual(['pause', 'resume']);
    expect(reports).toEqual(['takes no jobs', 'takes jobs again']);
  });

  it('takes no jobs while operators hold it, decided as soon as it is told', () => {
    const { state, calls, admission } = setUp();
    state.held = true;
    admission.look();
    expect(calls).toEqual(['pause']);
    state.held = false;
    admission.look();
    expect(calls).toEqual(['pause', 'resume']);
  });

  it.each([
    ['as many reports as allowed', { reports: 10, bytes: 0 }, []],
    ['one report more', { reports: 11, bytes: 0 }, ['pause']],
    ['as many bytes as allowed', { reports: 0, bytes: 100 }, []],
    ['one byte more', { reports: 0, bytes: 101 }, ['pause']],
  ])('decides by the backlog: %s', async (_name, backlog, expected) => {
    const { state, calls, look } = setUp();
    state.backlog = async () => backlog;
    await look();
    expect(calls).toEqual(expected);
  });

  it('takes jobs again only when engine and backlog are both well', async () => {
    const { state, calls, admission, look } = setUp();
    state.backlog = async () => ({ reports: 11, bytes: 0 });
    state.healthy = false;
    await look();
    state.healthy = true;
    admission.look();
    expect(calls).toEqual(['pause']);
    state.backlog = async () => ({ reports: 10, bytes: 0 });
    await look();
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('keeps what it knew of the backlog while that cannot be read', async () => {
    const { state, calls, look } = setUp();
    state.backlog = async () => ({ reports: 11, bytes: 0 });
    await look();
    state.backlog = async () => Promise.reject(new Error('Redis is away'));
    await look();
    expect(calls).toEqual(['pause']);
  });

  it('decides nothing after it was stopped, not even when a look was under way', async () => {
    const { state, calls, admission, look } = setUp();
    const backlog = Promise.withResolvers<{ reports: number; bytes: number }>();
    state.backlog = () => backlog.promise;
    await look();
    admission.stop();
    backlog.resolve({ reports: 11, bytes: 0 });
    await look();
    expect(calls).toEqual([]);
  });
});
