import { describe, expect, it } from '@jest/globals';
import { drivePaced } from '../../../bench/paced.ts';

/** A clock that only waiting moves. */
function aClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

describe('benchmarks: open loop', () => {
  it('sends at its pace, whether answers come or not', async () => {
    const clock = aClock();
    const sentAtMs: number[] = [];
    const never = Promise.withResolvers<number>();
    const load = drivePaced({
      ...{ count: 3, intervalMs: 1_000, ...clock },
      once() {
        sentAtMs.push(clock.now());
        return never.promise;
      },
    });
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(sentAtMs).toEqual([0, 1_000, 2_000]);
    never.resolve(5);
    expect(await load).toMatchObject({ count: 3, p50Ms: 5, failures: [] });
  });

  it('counts a failed request as failed, not as measured, and goes on', async () => {
    let sent = 0;
    const once = () => (++sent === 2 ? Promise.reject(new Error('refused')) : Promise.resolve(1));
    const load = await drivePaced({ count: 3, intervalMs: 1, once, ...aClock() });
    expect([load.count, load.failures]).toEqual([2, ['Error: refused']]);
  });
});
