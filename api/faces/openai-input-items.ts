/** What a response was asked, as clients of the OpenAI Responses API list it. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { CallResult, CodeCall, MessagePart, ModelMessage } from '../models/model.ts';
import type { ResponseRecord } from '../services/responses/response-record.ts';
import { containerId, toOpenAiText, type OpenAiOptions } from './openai-response.ts';

type Of = Pick<ResponseRecord, 'id'>;
export type InputItem = { readonly id: string } & Readonly<Record<string, unknown>>;

/** Ids come of the place: the same at every reading. */
export function toInputItems(messages: readonly ModelMessage[], of: Of, options: OpenAiOptions): InputItem[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.role === 'results' ? message.results.map((result) => [result.callId, result] as const) : [],
    ),
  );
  return messages.flatMap((message, at): InputItem[] => {
    const base = { id: `${of.id.replace(/^resp_/, 'msg_')}_${String(at)}`, type: 'message', status: 'completed' };
    if (message.role === 'results') return [];
    if (message.role === 'user') return [{ ...base, role: 'user', content: message.parts.map(toInputPart) }];
    const { text, calls } = message;
    const said = text === '' ? [] : [{ ...base, role: 'assistant', content: [toOpenAiText(text)] }];
    return [...said, ...calls.map((call) => callItem(call, results.get(call.callId), of, options))];
  });
}

export type ItemsQuery = {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly order: 'asc' | 'desc';
};

/** @throws AppError NOT_FOUND when `after` names none of the items */
export function pageOf(items: readonly InputItem[], { limit, after, order }: ItemsQuery) {
  const ordered = order === 'asc' ? items : items.toReversed();
  const begin = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && begin === 0)
    throw new AppError('NOT_FOUND', 'The response has no such input item.', { param: 'after' });
  return { data: ordered.slice(begin, begin + limit), hasMore: ordered.length > begin + limit };
}

function callItem(call: CodeCall, result: CallResult | undefined, of: Of, { withOutputs }: OpenAiOptions): InputItem {
  return {
    ...{ id: call.callId, type: 'code_interpreter_call', status: 'completed', code: call.code },
    container_id: containerId(of),
    outputs: withOutputs && result !== undefined ? result.parts.map(toOutput) : null,
  };
}

function toInputPart(part: MessagePart) {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  return { type: 'input_image', detail: 'auto', file_id: null, image_url: urlOf(part) };
}

function toOutput(part: MessagePart) {
  return part.type === 'text' ? { type: 'logs', logs: part.text } : { type: 'image', url: urlOf(part) };
}

function urlOf({ mediaType, base64 }: Extract<MessagePart, { type: 'image' }>): string {
  return `data:${mediaType};base64,${base64}`;
}
