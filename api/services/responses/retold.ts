/** What a reader gets of a response whose log is gone: everything is told again from its row. Pure. */
import { EVENTS_PER_ATTEMPT, type ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { ResponseRow } from '../../store/schema.ts';
import type { NumberedEvent, StreamedEvent } from './response-record.ts';
import { asBegun, toResponseRecord } from './response-view.ts';

/** Whether a number is one of the log; those of what is told again are above. */
export function isFromLog({ attempt }: Pick<ResponseRow, 'attempt'>, number: number): boolean {
  return number <= numbersOfLog(attempt);
}

/** Numbers that all attempts so far may give to events. */
function numbersOfLog(attempt: number): number {
  return Math.max(attempt, 1) * EVENTS_PER_ATTEMPT;
}

/**
 * Events of a response whose log is gone, numbered above all that the log held. A reader that has something of the log
 * lacks only the end for sure, which tells everything again.
 */
export function* retold(row: ResponseRow, seen: number): Generator<NumberedEvent, void, void> {
  const record = toResponseRecord(row);
  const base = numbersOfLog(row.attempt);
  const events: StreamedEvent[] = [
    { type: 'created', response: asBegun(record) },
    { type: 'in_progress', response: asBegun(record) },
    ...record.items.flatMap(itemEvents),
    { type: 'ended', response: record },
  ];
  const from = seen > 0 && isFromLog(row, seen) ? base + events.length - 1 : seen;
  for (const [at, event] of events.entries()) {
    const number = base + at + 1;
    if (number > from) yield { number, event, isRetold: true };
  }
}

/** An item's events as if it had been written at once. */
function itemEvents(item: ResponseItem, index: number): ResponseEvent[] {
  const done = { type: 'item_done', index, item } as const;
  const itemId = item.id;
  if (item.type === 'message') {
    const text = item.content.map((part) => part.text).join('');
    return [
      { type: 'message_added', index, item: { ...item, status: 'in_progress', content: [] } },
      { type: 'text_delta', index, itemId, delta: text },
      { type: 'text_done', index, itemId, text },
      done,
    ];
  }
  const { code } = item;
  return [
    {
      type: 'call_added',
      index,
      item: { ...item, status: 'in_progress', code: '', outputs: null, execution_id: null },
    },
    { type: 'code_delta', index, itemId, delta: code },
    { type: 'code_done', index, itemId, code },
    { type: 'interpreting', index, itemId },
    done,
  ];
}
