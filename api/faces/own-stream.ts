/**
 * The events of a response on this service's own face, in two formats: with `event:` lines, where each event is named
 * by its line; and as `data:` lines alone, where the name stands in the field `event` and `[DONE]` ends the stream. One
 * event of the log is one event of a stream at most, so that the log's numbers are those of the stream. Pure.
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

/** With `event:` lines. @returns undefined for what this reader is not told */
export function toOwnEvent(event: StreamedEvent, options: OwnOptions): OwnEvent | undefined {
  if (event.type === 'created' || event.type === 'in_progress') {
    const { id, status } = event.response;
    return { name: `response.${event.type}`, data: { id, status } };
  }
  return event.type === 'ended' ? endEvent(event.response) : itemEvent(event, options);
}

function endEvent(response: ResponseRecord): OwnEvent {
  const { status } = response;
  const name = status === 'queued' || status === 'in_progress' ? 'response.in_progress' : LAST_NAMES[status];
  const { error, usage } = toOwnResponse(response);
  return { name, data: { status, usage, ...(error !== null && { error }), response: toOwnResponse(response) } };
}

function itemEvent(event: ResponseEvent, options: OwnOptions): OwnEvent | undefined {
  const { index } = event;
  switch (event.type) {
    case 'call_added':
    case 'message_added':
    case 'item_done':
      return wholeItem(event, options);
    case 'code_delta':
      return { name: 'response.code_interpreter_call_code.delta', data: { index, delta: event.delta } };
    case 'code_done':
      return { name: 'response.code_interpreter_call_code.done', data: { index, code: event.code } };
    case 'interpreting':
      return { name: 'response.code_interpreter_call.interpreting', data: { index } };
    case 'live_text':
      return liveEvent(event, options);
    case 'text_delta':
      return { name: 'response.output_text.delta', data: { index, delta: event.delta } };
    case 'text_done':
      return { name: 'response.output_text.done', data: { index, text: event.text } };
  }
}

function liveEvent(event: Extract<ResponseEvent, { type: 'live_text' }>, { live }: OwnOptions): OwnEvent | undefined {
  const { index, stream, text } = event;
  return live ? { name: 'code_interpreter_call.output.delta', data: { index, stream, text } } : undefined;
}

type ItemEvent = Extract<ResponseEvent, { readonly item: ResponseItem }>;

function wholeItem({ type, index, item }: ItemEvent, { response }: OwnOptions): OwnEvent {
  const name = type === 'item_done' ? 'response.output_item.done' : 'response.output_item.added';
  return { name, data: { index, item: toOwnItem(item, response) } };
}

export type DataEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** In pauses, as `data:` lines alone. It is none of the response's events, and has no number. */
export const DATA_HEARTBEAT: DataEvent = { event: 'response.heartbeat' };

/**
 * As `data:` lines alone: what has no name of its own there is told under the name of the first format.
 * @returns undefined for what this reader is not told
 */
export function toDataEvent(event: StreamedEvent, options: OwnOptions): DataEvent | undefined {
  if (event.type === 'created') return processingEvent(event.response);
  if (event.type === 'in_progress') return createdEvent(event.response);
  if (event.type === 'text_delta') return { event: 'response.content_delta', delta: event.delta };
  if (event.type === 'ended' && event.response.status === 'failed')
    return { event: 'response.error', ...endEvent(event.response).data };
  const own = toOwnEvent(event, options);
  return own && { event: own.name, ...own.data };
}

function processingEvent({ threadId }: ResponseRecord): DataEvent {
  return { event: 'response.processing', status: 'processing', thread_id: threadId };
}

function createdEvent({ id, threadId, assistantId, organizationId }: ResponseRecord): DataEvent {
  const about = { response_id: id, thread_id: threadId, org_id: organizationId, assistant_id: assistantId };
  return { event: 'response.created', status: 'in_progress', ...about };
}
