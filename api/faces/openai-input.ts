/** The conversation that a request of a client of the OpenAI Responses API holds: messages, and code that ran before. Pure. */
import type { z } from 'zod';
import { AppError } from '../../shared/contracts/errors.ts';
import { EarlierCall, type CreateOpenAiResponse, type InputItem } from '../../shared/contracts/openai-response.ts';
import { InputMessage } from '../../shared/contracts/response.ts';
import type { MessagePart, ModelMessage } from '../models/model.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readMessage } from './input-messages.ts';

export type ReadInput = Pick<NewResponse, 'system' | 'input' | 'fileIds' | 'warnings'>;

/** What messages hold when they come from an earlier answer. */
const MESSAGE_FIELDS = { role: 0, content: 0, type: 0, id: 0, status: 0, phase: 0 };
const PICTURE_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,(.+)$/s;
const NO_OUTPUT: MessagePart = { type: 'text', text: '(no output)' };

/** @throws AppError VALIDATION_ERROR */
export function readInput(input: CreateOpenAiResponse['input']): ReadInput {
  if (typeof input === 'string')
    return {
      ...{ system: '', fileIds: [], warnings: [] },
      input: [{ role: 'user', parts: [{ type: 'text', text: input }] }],
    };
  const read = input.map((item, at) => readItem(item, `input.${String(at)}`));
  return {
    system: read.flatMap(({ system }) => (system === '' ? [] : [system])).join('\n\n'),
    input: read.flatMap((one) => one.input),
    fileIds: read.flatMap((one) => one.fileIds),
    warnings: read.flatMap((one) => one.warnings),
  };
}

function readItem(item: InputItem, at: string): ReadInput {
  const type = item.type ?? 'message';
  if (type === 'message') {
    const { message, ...read } = readMessage(parsed(InputMessage, item, at), `${at}.`, MESSAGE_FIELDS);
    return { ...read, input: message === undefined ? [] : [message] };
  }
  if (type === 'code_interpreter_call')
    return { system: '', fileIds: [], warnings: [], input: callMessages(parsed(EarlierCall, item, at)) };
  const warning = `${at}: items of the type "${type.slice(0, 100)}" are not known here; it was not used.`;
  return { system: '', fileIds: [], input: [], warnings: [warning] };
}

/** Code that ran before, and what came of it. */
function callMessages({ id, code, outputs }: EarlierCall): ModelMessage[] {
  const parts = (outputs ?? []).flatMap(outputParts);
  return [
    { role: 'assistant', text: '', calls: [{ callId: id, code: code ?? '' }] },
    { role: 'results', results: [{ callId: id, parts: parts.length === 0 ? [NO_OUTPUT] : parts }] },
  ];
}

function outputParts(output: Readonly<Record<string, unknown>>): MessagePart[] {
  const { logs, url } = output;
  if (typeof logs === 'string') return [{ type: 'text', text: logs }];
  const [, mediaType, base64] = PICTURE_URL.exec(typeof url === 'string' ? url : '') ?? [];
  if (mediaType === undefined || base64 === undefined) return [];
  // Told in words as well: not every model sees pictures.
  return [
    { type: 'text', text: '[a picture]' },
    { type: 'image', mediaType, base64 },
  ];
}

function parsed<T>(schema: z.ZodType<T>, item: InputItem, at: string): T {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = [at, ...(issue?.path ?? []).map(String)].join('.');
  throw new AppError('VALIDATION_ERROR', `${param}: ${issue?.message ?? 'is not valid'}.`, { param });
}
