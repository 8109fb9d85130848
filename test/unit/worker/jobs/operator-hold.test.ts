import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { WorkerCommand } from '../../../../shared/queue/worker-commands.ts';
import { startOperatorHold } from '../../../../worker/jobs/operator-hold.ts';

const LOOK_MS = 1_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp() {
  const state: { word: WorkerCommand | null; away: boolean } = { word: null, away: false };
  const changes: boolean[] = [];
  const read = () => (state.away ? Promise.reject(new Error('away')) : Promise.resolve(state.word));
  let word = () => {};
  const hold = startOperatorHold({
    read,
    onWord: (look) => (word = look),
    onChange: (isHeld) => changes.push(isHeld),
  });
  return { state, changes, hold, word, look: () => jest.advanceTimersByTimeAsync(LOOK_MS) };
}

describe('operator hold', () => {
  it('follows the word within a second, and tells of each change once', async () => {
    const { state, changes, hold, look } = setUp();
    state.word = 'drain';
    await look();
    await look();
    expect(hold.isHeld()).toBe(true);
    state.word = 'resume';
    await look();
    expect(hold.isHeld()).toBe(false);
    expect(changes).toEqual([true, false]);
  });

  it('looks at once when operators leave word', async () => {
    const { state, hold, word } = setUp();
    state.word = 'drain';
    word();
    await jest.advanceTimersByTimeAsync(0);
    expect(hold.isHeld()).toBe(true);
  });

  it.each([
    ['the word is gone', { word: null, away: false }],
    ['Redis is away', { word: null, away: true }],
  ])('stays as it is when %s', async (_name, change) => {
    const { state, hold, look } = setUp();
    state.word = 'drain';
    await look();
    Object.assign(state, change);
    await look();
    expect(hold.isHeld()).toBe(true);
  });

  it('does not change any more once it is stopped, even by a look that is under way', async () => {
    const { state, changes, hold, word, look } = setUp();
    state.word = 'drain';
    word();
    hold.stop();
    await look();
    expect(changes).toEqual([]);
  });
});
