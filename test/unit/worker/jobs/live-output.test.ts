import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PostedEvent } from '../../../../shared/contracts/packed-json.ts';
import type { Output } from '../../../../shared/contracts/execution.ts';
import { createLiveOutput } from '../../../../worker/jobs/live-output.ts';

const FIRST_BATCH_MS = 15;
const BATCH_SIZE_MAX = 5 * 1024 * 1024;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const text = (value: string, stream: 'stdout' | 'stderr' = 'stdout'): Output => ({
  type: 'text',
  stream,
  text: value,
});
const picture = (size: number): Output => ({ type: 'display', data: { 'image/png': 'A'.repeat(size) } });

/** What a watcher is shown of one event. */
function shown(event: PostedEvent): string {
  if (event.type === 'started') return 'started';
  return event.output.type === 'text' ? event.output.text : event.output.type;
}

/** @param append how each write ends, in turn; at once and well when none is left */
function setUp(writes: Promise<void>[] = []) {
  const batches: (readonly PostedEvent[])[] = [];
  const live = createLiveOutput(
    {
      append: (events) => {
        batches.push(events);
        return writes.shift() ?? Promise.resolve();
      },
    },
    2,
  );
  const later = (ms = FIRST_BATCH_MS) => jest.advanceTimersByTimeAsync(ms);
  return { live, batches, later, told: () => batches.map((batch) => batch.map(shown)) };
}

describe('live output', () => {
  it('gathers what a run shows at first into one write', async () => {
    const { live, batches, later } = setUp();
    live.started(7);
    live.output(text('a'));
    live.output({ type: 'result', data: { 'text/plain': '1' } });
    await later(FIRST_BATCH_MS - 1);
    expect(batches).toEqual([]);
    await later(1);
    void live.end();
    expect(batches).toEqual([
      [
        { type: 'started', attempt: 2, started_at_ms: 7 },
        { type: 'output', attempt: 2, output: text('a') },
        { type: 'output', attempt: 2, output: { type: 'result', data: { 'text/plain': '1' } } },
      ],
    ]);
  });

  it('joins neighbouring texts of one stream only', async () => {
    const { live, batches, later } = setUp();
    for (const output of [
      text('a'),
      text('b'),
      text('c', 'stderr'),
      picture(1),
      text('d', 'stderr'),
      text('e', 'stderr'),
    ])
      live.output(output);
    await later();
    expect(batches.flat().map((event) => (event.type === 'output' ? event.output : event))).toEqual([
      text('ab'),
      text('c', 'stderr'),
      picture(1),
      text('de', 'stderr'),
    ]);
  });

  it('gathers while a write is under way, and sends that in order when it is done', async () => {
    const first = Promise.withResolvers<void>();
    const { live, told, later } = setUp([first.promise]);
    live.output(text('a'));
    await later();
    live.output(text('b'));
    live.output(picture(1));
    live.output(text('c'));
    await later(1_000);
    expect(told()).toEqual([['a']]);
    first.resolve();
    await later(0);
    expect(told()).toEqual([['a'], ['b', 'display', 'c']]);
  });

  it('begins a batch again after a pause', async () => {
    const { live, told, later } = setUp();
    live.output(text('a'));
    await later();
    live.output(text('b'));
    await later();
    expect(told()).toEqual([['a'], ['b']]);
  });

  it('does not join with what has been sent', async () => {
    const { live, batches, later } = setUp();
    live.output(text('a'));
    await later();
    live.output(text('b'));
    await later();
    expect(batches[0]).toEqual([{ type: 'output', attempt: 2, output: text('a') }]);
  });

  it.each<[string, (size: number) => Output]>([
    ['text', (size) => text('x'.repeat(size))],
    ['picture', picture],
    ['error', (size) => ({ type: 'error', name: 'E', value: '', traceback: 'x'.repeat(size) })],
  ])('leaves a %s out that is too large for a batch, and sends the later ones', async (_name, ofSize) => {
    const { live, told, later } = setUp();
    live.output(text('a'));
    live.output(ofSize(BATCH_SIZE_MAX));
    live.output(text('b'));
    await later();
    expect(told()).toEqual([['ab']]);
  });

  it('sends an output that just fits, and makes room again with the next batch', async () => {
    const { live, told, later } = setUp();
    live.output(picture(BATCH_SIZE_MAX));
    live.output(text('no room'));
    await later();
    live.output(picture(BATCH_SIZE_MAX));
    await later();
    expect(told()).toEqual([['display'], ['display']]);
  });

  it('drops only the batch whose write failed', async () => {
    const { live, told, later } = setUp([Promise.reject(new Error('Redis is away'))]);
    live.output(text('lost'));
    await later();
    live.output(text('later'));
    await later();
    expect(told()).toEqual([['lost'], ['later']]);
  });

  it('sends what is left at once when the run ends, even beside a write', async () => {
    const { live, told, later } = setUp([new Promise(() => undefined)]);
    live.output(text('a'));
    await later();
    expect(told()).toEqual([['a']]);
    live.output(text('b'));
    void live.end();
    expect(told()).toEqual([['a'], ['b']]);
    await later(1_000);
    expect(told()).toHaveLength(2);
  });

  it('ends when its last write has ended', async () => {
    const last = Promise.withResolvers<void>();
    const { live, later } = setUp([Promise.resolve(), last.promise]);
    live.output(text('a'));
    await later();
    live.output(text('b'));
    const ended: string[] = [];
    void live.end()?.then(() => ended.push('ended'));
    await later(1_000);
    expect(ended).toEqual([]);
    last.resolve();
    await later(0);
    expect(ended).toEqual(['ended']);
  });

  it('writes nothing of a run that ends before its first batch, and has nothing to wait for', async () => {
    const { live, batches, later } = setUp();
    live.started(7);
    live.output(text('a'));
    expect(live.end()).toBeNull();
    await later(1_000);
    expect(batches).toEqual([]);
  });

  it('writes nothing when there is nothing', async () => {
    const { live, batches, later } = setUp();
    void live.end();
    await later(1_000);
    expect(batches).toEqual([]);
  });
});
