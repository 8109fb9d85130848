import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createItemWriter, type ItemWriter } from '../../../../api/services/responses/item-writer.ts';
import { closingEvents, toldBefore } from '../../../../api/services/responses/told-before.ts';
import type { LoggedEvent } from '../../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';

const PAGE = 3;

/** Reads a log a page at a time, as Redis does. */
const logOf = (events: readonly LoggedEvent[]) => (after: number) =>
  Promise.resolve(
    events
      .map((event, at) => ({ number: at + 1, text: JSON.stringify(event) }))
      .filter(({ number }) => number > after)
      .slice(0, PAGE),
  );

/** What a process told before it was killed; each step of the script writes one thing. */
function told(write: (writer: ItemWriter) => void): LoggedEvent[] {
  const events: LoggedEvent[] = [{ type: 'created' }, { type: 'in_progress' }];
  let ids = 0;
  write(
    createItemWriter({ emit: (event) => events.push(event), newItemId: (kind) => `${kind}_${String((ids += 1))}` }, []),
  );
  return events;
}

const text = (item: ResponseItem | undefined) =>
  item?.type === 'message' ? item.content.map((part) => part.text).join('') : undefined;

describe('told before', () => {
  it('knows half a message, and closes it', async () => {
    const events = told((writer) => {
      const message = writer.message();
      message.write('It ');
      message.write('is');
    });
    const { hasBegun, items } = await toldBefore(logOf(events), []);
    expect(hasBegun).toBe(true);
    expect(text(items[0])).toBe('It is');
    expect(closingEvents(items)).toMatchObject([
      { type: 'text_done', index: 0, text: 'It is' },
      { type: 'item_done', index: 0, item: { status: 'incomplete' } },
    ]);
  });

  it('closes code that was written or ran', async () => {
    const events = told((writer) => {
      writer.call().run('print(1)');
      writer.call().write('print(');
    });
    const { items } = await toldBefore(logOf(events), []);
    expect(closingEvents(items)).toMatchObject([
      { index: 0, item: { code: 'print(1)', status: 'incomplete', outputs: [] } },
      { index: 1, item: { code: 'print(', status: 'incomplete', outputs: [] } },
    ]);
  });

  it('leaves what had ended as it was', async () => {
    const events = told((writer) => {
      const message = writer.message();
      message.write('Done.');
      message.end('completed');
    });
    const { items } = await toldBefore(logOf(events), []);
    expect(items).toMatchObject([{ status: 'completed' }]);
    expect(closingEvents(items)).toEqual([]);
  });

  it('takes what is too large for the log from the row', async () => {
    const events = told((writer) => {
      writer.call().run('x');
    });
    const stored: ResponseItem = {
      ...{ type: 'code_interpreter_call', id: 'call_1', status: 'completed', code: 'x', execution_id: null },
      outputs: [{ type: 'text', text: 'long' }],
    };
    const { items } = await toldBefore(logOf([...events, { type: 'item_kept', index: 0 }]), [stored]);
    expect(items).toEqual([stored]);
  });

  it('has the row alone when the log is lost', async () => {
    const item: ResponseItem = {
      ...{ type: 'message', id: 'm', status: 'completed', role: 'assistant' },
      content: [{ type: 'output_text', text: 'Stored.' }],
    };
    expect(await toldBefore(logOf([]), [item])).toEqual({ hasBegun: true, items: [item] });
    expect(await toldBefore(logOf([]), [])).toEqual({ hasBegun: false, items: [] });
  });

  it('closes every item that was begun exactly once, wherever the log breaks off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { maxLength: 3 }), { maxLength: 5 }),
        fc.nat(),
        async (all, cut) => {
          const events = told((writer) => {
            for (const [at, pieces] of all.entries()) {
              const item = at % 2 === 0 ? writer.message() : writer.call();
              for (const piece of pieces) item.write(piece);
              if ('run' in item) {
                item.run(pieces.join(''));
                item.end({ status: 'completed', outputs: [], executionId: null });
              } else item.end('completed');
            }
          });
          const seen = events.slice(0, cut % (events.length + 1));
          const { items } = await toldBefore(logOf(seen), []);
          const whole = [...seen, ...closingEvents(items)];
          const of = (names: readonly string[]) =>
            whole.flatMap((event) => (names.includes(event.type) && 'index' in event ? [event.index] : []));
          expect(of(['item_done'])).toEqual(of(['message_added', 'call_added']));
        },
      ),
    );
  });
});
