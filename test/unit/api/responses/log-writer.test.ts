import { describe, expect, it } from '@jest/globals';
import { createLogWriter } from '../../../../api/services/responses/log-writer.ts';
import { LoggedEvent } from '../../../../shared/contracts/response-event.ts';

const delta = (text: string, index = 0): LoggedEvent => ({ type: 'text_delta', index, itemId: 'm', delta: text });
const done = (text: string): LoggedEvent => ({
  ...{ type: 'item_done', index: 0 },
  item: { type: 'message', id: 'm', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text }] },
});

function writer(fails = false) {
  const written: { first: number; events: LoggedEvent[] }[] = [];
  let keepings = 0;
  const lost: unknown[] = [];
  const log = createLogWriter({
    first: 1,
    append(first, events) {
      if (fails) return Promise.reject(new Error('away'));
      written.push({ first, events: events.map((text) => LoggedEvent.parse(JSON.parse(text))) });
      return Promise.resolve();
    },
    keepItems() {
      keepings += 1;
      return Promise.resolve();
    },
    onLost: (error) => lost.push(error),
  });
  return { log, written, keepings: () => keepings, lost };
}

describe('log writer', () => {
  it('joins deltas of one item that wait, also where another item is written beside it', async () => {
    const { log, written } = writer();
    for (const event of [delta('a'), delta('b'), delta('c', 1), delta('d', 1), delta('e')]) log.emit(event);
    await log.settled();
    expect(written).toEqual([{ first: 1, events: [delta('abe'), delta('cd', 1)] }]);
  });

  it('joins no deltas across another event of their item', async () => {
    const { log, written } = writer();
    for (const event of [delta('a'), done('a'), delta('b')]) log.emit(event);
    await log.settled();
    expect(written[0]?.events).toEqual([delta('a'), done('a'), delta('b')]);
  });

  it('numbers events on and on', async () => {
    const { log, written } = writer();
    log.emit({ type: 'created' });
    log.emit({ type: 'in_progress' });
    await log.settled();
    log.emit({ type: 'ended' });
    await log.settled();
    expect(written.map(({ first }) => first)).toEqual([1, 3]);
  });

  it('keeps live text of two streams apart', async () => {
    const { log, written } = writer();
    const live = (stream: 'stdout' | 'stderr', text: string): LoggedEvent => ({
      ...{ type: 'live_text', index: 0, itemId: 'c', stream, text },
    });
    for (const event of [live('stdout', 'a'), live('stdout', 'b'), live('stderr', 'c')]) log.emit(event);
    await log.settled();
    expect(written[0]?.events).toEqual([live('stdout', 'ab'), live('stderr', 'c')]);
  });

  const live: LoggedEvent = { type: 'live_text', index: 0, itemId: 'c', stream: 'stdout', text: 'x'.repeat(2 ** 20) };
  async function filled() {
    const made = writer();
    for (let count = 0; count < 16; count += 1) {
      made.log.emit(live);
      await made.log.settled();
    }
    return made;
  }
  /** Lets everything happen that waits for nothing but its turn. */
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  it('gathers a text until it ends, once it holds a lot', async () => {
    const { log, written } = await filled();
    const text = 'piece by piece';
    for (const piece of text) {
      log.emit(delta(piece));
      await turns();
    }
    expect(written).toHaveLength(16);
    const whole: LoggedEvent = { type: 'text_done', index: 0, itemId: 'm', text };
    log.emit(whole);
    await turns();
    expect(written.slice(16)).toEqual([{ first: 17, events: [delta(text), whole] }]);
  });

  it('loses nothing that it gathered when it is to settle', async () => {
    const { log, written } = await filled();
    log.emit(delta('a'));
    await log.settled();
    expect(written.at(-1)?.events).toEqual([delta('a')]);
  });

  it('leaves live text out, and only names items, once it holds a lot', async () => {
    const { log, written, keepings } = await filled();
    log.emit(live);
    log.emit(done('small'));
    await log.settled();
    expect(written).toHaveLength(17);
    expect(written.at(-1)?.events).toEqual([{ type: 'item_kept', index: 0 }]);
    expect(keepings()).toBe(1);
  });

  it('names an item that is too large, once the row has it', async () => {
    const { log, written, keepings } = writer();
    log.emit(done('x'.repeat(100_000)));
    await log.settled();
    expect(keepings()).toBe(1);
    expect(written[0]?.events).toEqual([{ type: 'item_kept', index: 0 }]);
  });

  it('brings several that are too large into the row at once', async () => {
    const { log, keepings } = writer();
    for (let count = 0; count < 3; count += 1) log.emit(done('x'.repeat(100_000)));
    await log.settled();
    expect(keepings()).toBe(1);
  });

  it('tells once that events are lost', async () => {
    const { log, lost } = writer(true);
    log.emit({ type: 'created' });
    await log.settled();
    log.emit({ type: 'ended' });
    await log.settled();
    expect(lost).toHaveLength(1);
  });
});
