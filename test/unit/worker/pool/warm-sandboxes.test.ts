import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Sandbox } from '../../../../worker/sandbox/sandbox.ts';
import { createWarmSandboxes } from '../../../../worker/pool/warm-sandboxes.ts';
import { aSandbox, type FakeSandbox } from '../../../helpers/fake-sandbox.ts';

const RETRY_MS = 1_000;
const never = new AbortController().signal;

const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  jest.useRealTimers();
});

/** Sandboxes whose starts the test ends itself, in any order. */
function setUp(target: number) {
  const starting: PromiseWithResolvers<Sandbox>[] = [];
  const made: FakeSandbox[] = [];
  const told: (string | null)[] = [];
  const reports: string[] = [];
  let starts = 0;
  const warm = createWarmSandboxes(
    {
      start: (signal) => {
        starts += 1;
        const start = Promise.withResolvers<Sandbox>();
        signal.addEventListener('abort', () => {
          start.reject(new Error('aborted'));
        });
        starting.push(start);
        return start.promise;
      },
      onStart: (problem) => told.push(problem),
      report: (event) => reports.push(event),
    },
    { target, startsAtOnceMax: 2 },
  );
  closers.push(warm.close);
  const later = (ms = 0) => jest.advanceTimersByTimeAsync(ms);
  return {
    warm,
    told,
    reports,
    later,
    starts: () => starts,
    /** Lets the oldest start that is under way succeed. */
    async ready(): Promise<FakeSandbox> {
      const sandbox = aSandbox(`sandbox-${String(made.length)}`);
      made.push(sandbox);
      starting.shift()?.resolve(sandbox);
      await later();
      return sandbox;
    },
    async fail(error: Error): Promise<void> {
      starting.shift()?.reject(error);
      await later();
    },
  };
}

describe('warm sandboxes: target', () => {
  it('starts none before it is opened', () => {
    expect(setUp(2).starts()).toBe(0);
  });

  it('starts two at a time until as many are ready as it is set to', async () => {
    const { warm, ready, starts } = setUp(3);
    warm.open();
    expect(warm.count()).toEqual({ ready: 0, starting: 2 });
    await ready();
    expect(warm.count()).toEqual({ ready: 1, starting: 2 });
    await ready();
    await ready();
    expect(warm.count()).toEqual({ ready: 3, starting: 0 });
    expect(starts()).toBe(3);
  });

  it('gives the longest waiting one, at once, and starts another', async () => {
    const { warm, ready } = setUp(2);
    warm.open();
    const oldest = await ready();
    await ready();
    expect((await warm.take(never)).id).toBe(oldest.id);
    expect(warm.count()).toEqual({ ready: 1, starting: 1 });
  });

  it('replaces one that died while it was ready', async () => {
    const { warm, ready, later } = setUp(1);
    warm.open();
    const died = await ready();
    await later(RETRY_MS);
    died.die();
    await later();
    expect(died.state.closed).toBe(true);
    expect(warm.count()).toEqual({ ready: 0, starting: 1 });
    const next = await ready();
    expect((await warm.take(never)).id).toBe(next.id);
  });

  it('leaves one alone that dies after it was taken', async () => {
    const { warm, ready, later } = setUp(1);
    warm.open();
    await ready();
    const taken = await warm.take(never);
    await ready();
    await taken.close();
    await later();
    expect(warm.count()).toEqual({ ready: 1, starting: 0 });
  });

  it('replaces all that are ready when told, and leaves those that start', async () => {
    const { warm, ready, starts } = setUp(2);
    warm.open();
    const old = await ready();
    warm.renew();
    expect(old.state.closed).toBe(true);
    expect(warm.count()).toEqual({ ready: 0, starting: 2 });
    expect(starts()).toBe(3);
  });

  it('tells of one that could not be removed', async () => {
    const { warm, ready, reports, later } = setUp(1);
    warm.open();
    const old = await ready();
    Object.assign(old, { close: async () => Promise.reject(new Error('engine down')) });
    warm.renew();
    await later();
    expect(reports).toEqual(['removal failed']);
  });
});

describe('warm sandboxes: waiting', () => {
  it('serves those that wait in order', async () => {
    const { warm, ready } = setUp(0);
    warm.open();
    const got: string[] = [];
    const first = warm.take(never).then(({ id }) => got.push(`first ${id}`));
    const second = warm.take(never).then(({ id }) => got.push(`second ${id}`));
    await ready();
    expect(got).toEqual(['first sandbox-0']);
    await ready();
    await Promise.all([first, second]);
    expect(got).toEqual(['first sandbox-0', 'second sandbox-1']);
  });

  it('starts as many as wait although none is kept ready', () => {
    const { warm, starts } = setUp(0);
    warm.open();
    void warm.take(never);
    expect(starts()).toBe(1);
    void warm.take(never);
    expect(starts()).toBe(2);
  });

  it('passes over one that gave up', async () => {
    const { warm, ready } = setUp(0);
    warm.open();
    const gaveUp = new AbortController();
    const first = warm.take(gaveUp.signal);
    const second = warm.take(never);
    gaveUp.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    const sandbox = await ready();
    expect((await second).id).toBe(sandbox.id);
  });

  it('keeps a sandbox that was given when its taker gives up after that', async () => {
    const { warm, ready } = setUp(0);
    warm.open();
    const late = new AbortController();
    const first = warm.take(late.signal);
    const second = warm.take(never);
    const sandbox = await ready();
    late.abort(new Error('gave up'));
    expect((await first).id).toBe(sandbox.id);
    const next = await ready();
    expect((await second).id).toBe(next.id);
  });

  it('takes nothing for one that gave up before it asked', async () => {
    const { warm, ready } = setUp(1);
    warm.open();
    await ready();
    await expect(warm.take(AbortSignal.abort(new Error('gave up')))).rejects.toThrow('gave up');
    expect(warm.count().ready).toBe(1);
  });
});

describe('warm sandboxes: starts that fail', () => {
  it('tries again after a second, and serves who waited', async () => {
    const { warm, fail, ready, later, starts } = setUp(0);
    warm.open();
    const taken = warm.take(never);
    await fail(new Error('refused'));
    await later(RETRY_MS - 1);
    expect(starts()).toBe(1);
    await later(1);
    expect(starts()).toBe(2);
    const sandbox = await ready();
    expect((await taken).id).toBe(sandbox.id);
  });

  it('starts nothing more in that second, whoever asks', async () => {
    const { warm, fail, starts } = setUp(1);
    warm.open();
    await fail(new Error('refused'));
    void warm.take(never);
    void warm.take(never);
    expect(starts()).toBe(1);
  });

  it('takes one that dies as soon as it is ready for a start that failed', async () => {
    const { warm, ready, later, starts, told, reports } = setUp(1);
    warm.open();
    (await ready()).die();
    await later(RETRY_MS - 1);
    expect(starts()).toBe(1);
    expect(told).toEqual([null, 'it ended as soon as it was ready']);
    expect(reports).toEqual(['sandbox start failed']);
    await later(1);
    expect(starts()).toBe(2);
  });

  it('tells how every start ended, with the cause', async () => {
    const { warm, fail, ready, later, told, reports } = setUp(1);
    warm.open();
    await fail(new Error('could not start', { cause: new Error('no such image') }));
    await later(RETRY_MS);
    await ready();
    expect(told).toEqual(['Error: no such image', null]);
    expect(reports).toEqual(['sandbox start failed']);
  });
});

describe('warm sandboxes: close', () => {
  it('removes what is ready and waits for it', async () => {
    const { warm, ready, starts } = setUp(1);
    warm.open();
    const sandbox = await ready();
    await warm.close();
    expect(sandbox.state.closed).toBe(true);
    expect(warm.count()).toEqual({ ready: 0, starting: 0 });
    expect(starts()).toBe(1);
  });

  it('ends the starts that are under way, and calls that no problem', async () => {
    const { warm, told, later, starts } = setUp(2);
    warm.open();
    await warm.close();
    await later(10 * RETRY_MS);
    expect(warm.count()).toEqual({ ready: 0, starting: 0 });
    expect(told).toEqual([]);
    expect(starts()).toBe(2);
  });

  it('removes a sandbox whose start succeeded all the same', async () => {
    const late = Promise.withResolvers<Sandbox>();
    const warm = createWarmSandboxes(
      { start: () => late.promise, onStart: () => undefined, report: () => undefined },
      { target: 1, startsAtOnceMax: 2 },
    );
    warm.open();
    const closing = warm.close();
    const sandbox = aSandbox('late');
    late.resolve(sandbox);
    await closing;
    expect(sandbox.state.closed).toBe(true);
    expect(warm.count()).toEqual({ ready: 0, starting: 0 });
  });

  it('does not try again what failed before', async () => {
    const { warm, fail, later, starts } = setUp(1);
    warm.open();
    await fail(new Error('refused'));
    await warm.close();
    expect(jest.getTimerCount()).toBe(0);
    await later(10 * RETRY_MS);
    expect(starts()).toBe(1);
  });
});
