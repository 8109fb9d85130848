import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createWatchdog } from '../../../../worker/sandbox/watchdog.ts';

const START_MS = 60_000;
const TIMEOUT_MS = 2_000;
const KILL_GRACE_MS = 1_000;
const CANCEL_GRACE_MS = 400;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp() {
  const state = { ended: false };
  const kills: (string | null)[] = [];
  const watchdog = createWatchdog({ hasEnded: () => state.ended, kill: (cause) => kills.push(cause) }, TIMEOUT_MS);
  return { state, kills, watchdog };
}

async function pass(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  await turn();
}

describe('watchdog', () => {
  it('kills without blame what never begins', async () => {
    const { kills } = setUp();
    await pass(START_MS - 1);
    expect(kills).toEqual([]);
    await pass(1);
    expect(kills).toEqual([null]);
  });

  it('waits for the first line as long after the last bytes of a file', async () => {
    const { kills, watchdog } = setUp();
    await pass(START_MS - 1);
    watchdog.onFileBytes();
    await pass(START_MS - 1);
    expect(kills).toEqual([]);
    await pass(1);
    expect(kills).toEqual([null]);
  });

  it('gives the code its whole time, and the supervisor a moment more, from its first line on', async () => {
    const { kills, watchdog } = setUp();
    await pass(START_MS - 1);
    watchdog.onStarted();
    await pass(TIMEOUT_MS + KILL_GRACE_MS - 1);
    expect(kills).toEqual([]);
    await pass(1);
    expect(kills).toEqual(['timed_out']);
  });

  it('kills what does not end after a cancel', async () => {
    const { kills, watchdog } = setUp();
    watchdog.onStarted();
    watchdog.onCancel();
    await pass(CANCEL_GRACE_MS - 1);
    expect(kills).toEqual([]);
    await pass(1);
    expect(kills).toEqual(['cancelled']);
  });

  it('kills nothing after it was stopped', async () => {
    const { kills, watchdog } = setUp();
    watchdog.onStarted();
    watchdog.onCancel();
    watchdog.stop();
    await pass(START_MS);
    expect(kills).toEqual([]);
  });

  it('reads what waits in the socket before it kills', async () => {
    const { kills, state } = setUp();
    jest.advanceTimersByTime(START_MS);
    state.ended = true;
    await turn();
    expect(kills).toEqual([]);
  });

  it('does not kill a run of which it was just told that it began', async () => {
    const { kills, watchdog } = setUp();
    jest.advanceTimersByTime(START_MS);
    watchdog.onStarted();
    await turn();
    expect(kills).toEqual([]);
  });

  it('does not kill after it was stopped in the turn in which its time was over', async () => {
    const { kills, watchdog } = setUp();
    jest.advanceTimersByTime(START_MS);
    watchdog.stop();
    await turn();
    expect(kills).toEqual([]);
  });
});
