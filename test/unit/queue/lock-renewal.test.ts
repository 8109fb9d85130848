import { afterEach, describe, expect, it } from '@jest/globals';
import { renewLock } from '../../../shared/queue/lock-renewal.ts';
import { eventually } from '../../helpers/eventually.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Renews every millisecond; the answers are given one after the other, the last one for ever. */
function renew(answers: readonly (() => Promise<number>)[]) {
  const seen = { tries: 0, lost: 0, errors: 0 };
  const stop = renewLock({
    extend: () => {
      const answer = answers[Math.min(seen.tries, answers.length - 1)];
      seen.tries += 1;
      return answer === undefined ? Promise.resolve(1) : answer();
    },
    intervalMs: 1,
    onLost: () => (seen.lost += 1),
    onError: () => (seen.errors += 1),
  });
  stops.push(stop);
  return { seen, stop };
}

const extended = () => Promise.resolve(1);
const refused = () => Promise.resolve(0);
const failed = () => Promise.reject(new Error('no connection'));

describe('lock renewal', () => {
  it('goes on as long as the lock is extended', async () => {
    const { seen } = renew([extended]);
    await eventually(() => seen.tries >= 5);
    expect(seen.lost).toBe(0);
  });

  it('tells once that the lock is lost, and ends', async () => {
    const { seen } = renew([extended, refused]);
    await eventually(() => seen.lost === 1);
    await eventually(async () => {
      const before = seen.tries;
      await new Promise((resolve) => setTimeout(resolve, 10));
      return seen.tries === before;
    });
    expect(seen).toEqual({ tries: 2, lost: 1, errors: 0 });
  });

  it('does not take a failed try for a lost lock', async () => {
    const { seen } = renew([failed, failed, extended]);
    await eventually(() => seen.tries >= 4);
    expect(seen).toMatchObject({ lost: 0, errors: 2 });
  });

  it('tells nothing of a refusal that comes after its end', async () => {
    let answer: (extended: number) => void = () => {};
    const { seen, stop } = renew([() => new Promise<number>((resolve) => (answer = resolve))]);
    await eventually(() => seen.tries === 1);
    stop();
    answer(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual({ tries: 1, lost: 0, errors: 0 });
  });
});
