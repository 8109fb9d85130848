/**
 * The events of a response in the names and the order of the OpenAI Responses API's streaming reference: no event that
 * its clients do not know. What code writes while it runs has no event there. Pure.
 */
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import type { ResponseEvent } from '../../shared/contracts/response-event.ts';
import type { ResponseRecord, ResponseStatus, StreamedEvent } from '../services/responses/response-record.ts';
import { toOpenAiItem, toOpenAiResponse, toOpenAiText, type OpenAiOptions } from './openai-response.ts';

export type OpenAiEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

type Context = OpenAiOptions & { readonly response: Pick<ResponseRecord, 'id' | 'code'> };

const LAST_EVENTS: Readonly<Record<ResponseStatus, string>> = {
  queued: 'response.queued',
  in_progress: 'response.in_progress',
  completed: 'response.completed',
  incomplete: 'response.incomplete',
  failed: 'response.failed',
  cancelled: 'response.failed', // there is no event of its own; the response in it says `cancelled`
};

/** One of ours is none, one or two of theirs. */
export function toOpenAiEvents(event: StreamedEvent, context: Context): OpenAiEvent[] {
  if (event.type === 'created' || event.type === 'in_progress')
    return [{ type: `response.${event.type}`, response: toOpenAiResponse(event.response, context) }];
  if (event.type === 'ended')
    return [{ type: LAST_EVENTS[event.response.status], response: toOpenAiResponse(event.response, context) }];
  if (event.type === 'item_done') return doneEvents(event.item, event.index, context);
  return isOfMessage(event) ? messageEvents(event) : callEvents(event, context);
}

type MessageEvent = Extract<ResponseEvent, { type: 'message_added' | 'text_delta' | 'text_done' }>;
type CallEvent = Exclude<ResponseEvent, MessageEvent | { type: 'item_done' }>;

function isOfMessage(event: MessageEvent | CallEvent): event is MessageEvent {
  return event.type === 'message_added' || event.type === 'text_delta' || event.type === 'text_done';
}

function callEvents(event: CallEvent, context: Context): OpenAiEvent[] {
  const output_index = event.index;
  if (event.type === 'live_text') return [];
  if (event.type === 'call_added') {
    const item = toOpenAiItem(event.item, context.response, context);
    return [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.code_interpreter_call.in_progress', item_id: event.item.id, output_index },
    ];
  }
  const at = { item_id: event.itemId, output_index };
  switch (event.type) {
    case 'code_delta':
      return [{ type: 'response.code_interpreter_call_code.delta', ...at, delta: event.delta }];
    case 'code_done':
      return [{ type: 'response.code_interpreter_call_code.done', ...at, code: event.code }];
    case 'interpreting':
      return [{ type: 'response.code_interpreter_call.interpreting', ...at }];
  }
}

function messageEvents(event: MessageEvent): OpenAiEvent[] {
  const at = { output_index: event.index, content_index: 0 };
  switch (event.type) {
    case 'message_added':
      return [
        { type: 'response.output_item.added', output_index: event.index, item: { ...event.item, content: [] } },
        { type: 'response.content_part.added', item_id: event.item.id, ...at, part: toOpenAiText('') },
      ];
    case 'text_delta':
      return [{ type: 'response.output_text.delta', item_id: event.itemId, ...at, delta: event.delta, logprobs: [] }];
    case 'text_done':
      return [
        { type: 'response.output_text.done', item_id: event.itemId, ...at, text: event.text, logprobs: [] },
        { type: 'response.content_part.done', item_id: event.itemId, ...at, part: toOpenAiText(event.text) },
      ];
  }
}

/** That a call is completed is told apart; how one ended otherwise stands in its item alone. */
function doneEvents(item: ResponseItem, output_index: number, context: Context): OpenAiEvent[] {
  const done = { type: 'response.output_item.done', output_index, item: toOpenAiItem(item, context.response, context) };
  if (item.type !== 'code_interpreter_call' || item.status !== 'completed') return [done];
  return [{ type: 'response.code_interpreter_call.completed', item_id: item.id, output_index }, done];
}
