/**
 * What readers were told of a response by a process that is gone. It stays: items that were begun are closed as they
 * are, and whoever goes on adds new ones after them, so that a stream never takes anything back.
 */
import { LoggedEvent, type ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { CodeInterpreterCall, ResponseItem, ResponseMessage } from '../../../shared/contracts/response-item.ts';

export type ToldBefore = {
  readonly hasBegun: boolean;
  readonly items: readonly ResponseItem[];
};

type ReadLog = (after: number) => Promise<readonly { readonly number: number; readonly text: string }[]>;

/**
 * @param stored the items in the row: as of the last step, and those that are too large for the log
 * @throws AppError QUEUE_UNAVAILABLE
 */
export async function toldBefore(read: ReadLog, stored: readonly ResponseItem[]): Promise<ToldBefore> {
  const items = [...stored];
  let hasBegun = stored.length > 0;
  let seen = 0;
  for (;;) {
    const page = await read(seen);
    for (const { number, text } of page) {
      seen = number;
      const event = LoggedEvent.safeParse(JSON.parse(text));
      if (!event.success) continue;
      if (event.data.type === 'created') hasBegun = true;
      retell(items, event.data, stored);
    }
    if (page.length === 0) return { hasBegun, items };
  }
}

/** The events that close what was begun, in order. */
export function closingEvents(items: readonly ResponseItem[]): ResponseEvent[] {
  return items.flatMap((item, index): ResponseEvent[] => {
    if (item.type === 'message') return item.status === 'in_progress' ? closeMessage(item, index) : [];
    const isOpen = item.status === 'in_progress' || item.status === 'interpreting';
    if (!isOpen) return [];
    const done = { ...item, status: 'incomplete', outputs: item.outputs ?? [] } as const;
    return [{ type: 'item_done', index, item: done }];
  });
}

function closeMessage(message: ResponseMessage, index: number): ResponseEvent[] {
  const text = textOf(message);
  const item: ResponseMessage = { ...message, status: 'incomplete', content: [{ type: 'output_text', text }] };
  return [
    { type: 'text_done', index, itemId: item.id, text },
    { type: 'item_done', index, item },
  ];
}

/** Lets an event happen to the items once more. */
function retell(items: ResponseItem[], event: LoggedEvent, stored: readonly ResponseItem[]): void {
  if (!('index' in event)) return;
  const { index } = event;
  const item = event.type === 'item_kept' ? stored[index] : items[index];
  if ('item' in event) items[index] = event.item;
  else if (item?.type === 'message') items[index] = messageAfter(item, event);
  else if (item?.type === 'code_interpreter_call') items[index] = callAfter(item, event);
}

function messageAfter(message: ResponseMessage, event: LoggedEvent): ResponseMessage {
  if (event.type !== 'text_delta' || message.status !== 'in_progress') return message;
  return { ...message, content: [{ type: 'output_text', text: textOf(message) + event.delta }] };
}

function callAfter(call: CodeInterpreterCall, event: LoggedEvent): CodeInterpreterCall {
  if (event.type === 'code_delta' && call.status === 'in_progress') return { ...call, code: call.code + event.delta };
  if (event.type === 'code_done' && call.status === 'in_progress') return { ...call, code: event.code };
  return event.type === 'interpreting' && call.status === 'in_progress' ? { ...call, status: 'interpreting' } : call;
}

function textOf({ content }: ResponseMessage): string {
  return content.map(({ text }) => text).join('');
}
