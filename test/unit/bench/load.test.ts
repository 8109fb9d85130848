import { describe, expect, it } from '@jest/globals';
import { drive } from '../../../bench/load.ts';

describe('benchmarks: closed loop', () => {
  it('sends exactly as many requests as asked for', async () => {
    let sent = 0;
    const load = await drive({ clients: 3, count: 10, once: () => Promise.resolve(++sent) });
    expect([sent, load.count]).toEqual([10, 10]);
  });

  it('never has more requests open than there are clients', async () => {
    let open = 0;
    let most = 0;
    await drive({
      ...{ clients: 4, count: 40 },
      async once() {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open -= 1;
        return 1;
      },
    });
    expect(most).toBe(4);
  });

  it('counts a failed request as failed, not as measured, and goes on', async () => {
    let sent = 0;
    const once = () => (++sent % 2 === 0 ? Promise.reject(new Error('refused')) : Promise.resolve(1));
    const load = await drive({ clients: 1, count: 6, once });
    expect([load.count, load.failures]).toEqual([3, ['Error: refused', 'Error: refused', 'Error: refused']]);
  });

  it('takes the rate over the whole time', async () => {
    const times = [0, 500];
    const load = await drive({ clients: 2, count: 4, once: () => Promise.resolve(1), now: () => times.shift() ?? 0 });
    expect(load.perSecond).toBe(8);
  });
});
