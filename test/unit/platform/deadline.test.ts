import { describe, expect, it } from '@jest/globals';
import { pause, unlessAborted, within } from '../../../shared/platform/deadline.ts';

const never = new Promise<never>(() => {});

describe('deadline: within', () => {
  it('passes on what comes in time', async () => {
    expect(await within(1_000, Promise.resolve(7))).toBe(7);
    await expect(within(1_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('ends what does not come', async () => {
    await expect(within(1, never)).rejects.toThrow('Command timed out');
  });
});

describe('deadline: unlessAborted', () => {
  it('passes on what comes before', async () => {
    expect(await unlessAborted(Promise.resolve(7), new AbortController().signal)).toBe(7);
  });

  it('ends with the reason of the abort', async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort(new Error('shutting down'));
    await expect(waiting).rejects.toThrow('shutting down');
  });

  it('does not wait when it was aborted before', async () => {
    await expect(unlessAborted(never, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describe('deadline: pause', () => {
  it('lasts as long as it is told', async () => {
    const startedMs = performance.now();
    await pause(20, new AbortController().signal);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(18);
  });

  it('ends early when it is aborted, and at once when it was before', async () => {
    const stop = new AbortController();
    const startedMs = performance.now();
    const paused = pause(60_000, stop.signal);
    stop.abort();
    await paused;
    await pause(60_000, stop.signal);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
