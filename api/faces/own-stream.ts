/**
 * The events of a response on this service's own face, in two formats: with `event:` lines, where each event is named
 * by its line; and as `data:` lines alone, where the name stands in the field `event` and `[DONE]` ends the stream. Pure.
 */
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import type { ResponseEvent } from '../../shared/contracts/response-event.ts';
import type { ResponseRecord, StreamedEvent } from '../services/responses/response-record.ts';
import { toOwnItem, toOwnResponse } from './own-response.ts';

export type OwnEvent = { readonly name: string; readonly data: Readonly<Record<string, unknown>> };

export type OwnOptions = {
  readonly response: Pick<ResponseRecord, 'code'>;
  /** Whether what code writes is told while it runs. */
  readonly live: boolean;
};

const LAST_NAMES = {
  completed: 'response.completed',
  incomplete: 'response.incomplete',
  failed: 'response.failed',
  cancelled: 'response.cancelled',
} as const;

/** With `event:` lines. */
export function toOwnEvents(event: StreamedEvent, options: OwnOptions): OwnEvent[] {
  if (event.type === 'created' || event.type === 'in_progress') {
    const { id, status } = event.response;
    return [{ name: `response.${event.type}`, data: { id, status } }];
  }
  return event.type === 'ended' ? [endEvent(event.response)] : itemEvents(event, options);
}

function endEvent(response: ResponseRecord): OwnEvent {
  const { status } = response;
  const name = status === 'queued' || status === 'in_progress' ? 'response.in_progress' : LAST_NAMES[status];
  const { error, usage } = toOwnResponse(response);
  return { name, data: { status, usage, ...(error !== null && { error }), response: toOwnResponse(response) } };
}

function itemEvents(event: ResponseEvent, options: OwnOptions): OwnEvent[] {
  const { index } = event;
  switch (event.type) {
    case 'call_added':
    case 'message_added':
    case 'item_done':
      return [itemEvent(event, options)];
    case 'code_delta':
      return [{ name: 'response.code_interpreter_call_code.delta', data: { index, delta: event.delta } }];
    case 'code_done':
      return [{ name: 'response.code_interpreter_call_code.done', data: { index, code: event.code } }];
    case 'interpreting':
      return [{ name: 'response.code_interpreter_call.interpreting', data: { index } }];
    case 'live_text':
      return liveEvents(event, options);
    case 'text_delta':
      return [{ name: 'response.output_text.delta', data: { index, delta: event.delta } }];
    case 'text_done':
      return [{ name: 'response.output_text.done', data: { index, text: event.text } }];
  }
}

function liveEvents(event: Extract<ResponseEvent, { type: 'live_text' }>, { live }: OwnOptions): OwnEvent[] {
  const { index, stream, text } = event;
  return live ? [{ name: 'code_interpreter_call.output.delta', data: { index, stream, text } }] : [];
}

type ItemEvent = Extract<ResponseEvent, { readonly item: ResponseItem }>;

function itemEvent({ type, index, item }: ItemEvent, { response }: OwnOptions): OwnEvent {
  const name = type === 'item_done' ? 'response.output_item.done' : 'response.output_item.added';
  return { name, data: { index, item: toOwnItem(item, response) } };
}

/** `data:` lines alone: what is not written there in the first format is told under the same names. */
export function toDataEvents(event: StreamedEvent, options: OwnOptions): Readonly<Record<string, unknown>>[] {
  if (event.type === 'created') return beginEvents(event.response);
  if (event.type === 'in_progress') return [];
  if (event.type === 'text_delta') return [{ event: 'response.content_delta', delta: event.delta }];
  if (event.type !== 'ended') return toOwnEvents(event, options).map(({ name, data }) => ({ event: name, ...data }));
  const { name, data } = endEvent(event.response);
  return [{ event: event.response.status === 'failed' ? 'response.error' : name, ...data }];
}

function beginEvents({ id, threadId, assistantId, organizationId }: ResponseRecord) {
  const about = { response_id: id, thread_id: threadId, org_id: organizationId, assistant_id: assistantId };
  return [
    { event: 'response.processing', status: 'processing', thread_id: threadId },
    { event: 'response.created', status: 'in_progress', ...about },
  ];
}
