import { describe, expect, it } from '@jest/globals';
import { oncePerTick, TICK_MS } from '../../../../api/services/overview.ts';

describe('overview: readings', () => {
  it('are shared within a tick, and made anew after it', async () => {
    let [atMs, made] = [0, 0];
    const read = oncePerTick(
      () => Promise.resolve((made += 1)),
      () => new Date(atMs),
    );
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    atMs = TICK_MS;
    expect(await read()).toBe(2);
  });

  it('do not pile up while one takes longer than a tick', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let [atMs, made] = [0, 0];
    const read = oncePerTick(
      () => {
        made += 1;
        return promise;
      },
      () => new Date(atMs),
    );
    const asked = [read()];
    atMs = 10 * TICK_MS;
    asked.push(read());
    expect(made).toBe(1);
    resolve('read');
    expect(await Promise.all(asked)).toEqual(['read', 'read']);
  });

  it('that failed are made anew at once', async () => {
    let made = 0;
    const read = oncePerTick(
      () => ((made += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve(made)),
      () => new Date(0),
    );
    await expect(read()).rejects.toThrow('away');
    expect(await read()).toBe(2);
  });
});
