/** Messages of a conversation, as every face takes them. Pure. */
import type { InputMessage } from '../../shared/contracts/response.ts';
import type { ModelMessage } from '../models/model.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readParts } from './message-parts.ts';
import { unknownFields } from './unknown-fields.ts';

export type ReadMessage = Pick<NewResponse, 'system' | 'fileIds' | 'warnings'> & {
  /** Left out where it says nothing, or is for the system prompt. */
  readonly message?: ModelMessage;
};

/**
 * @param at where the message stands, such as `inputs.0.`
 * @param known fields that a message may have
 */
export function readMessage(given: InputMessage, at: string, known: Readonly<Record<string, unknown>>): ReadMessage {
  const { content } = given;
  const blocks = [...(typeof content === 'string' ? [{ text: content }] : (content ?? [])), ...(given.texts ?? [])];
  const { parts, files: fileIds, ...read } = readParts(blocks, `${at}content`);
  const warnings = [...unknownFields(given, known, at), ...read.warnings];
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  if (given.role === 'system' || given.role === 'developer') return { system: text, fileIds, warnings };
  if (parts.length === 0) return { system: '', fileIds, warnings };
  const message: ModelMessage =
    given.role === 'user' ? { role: 'user', parts } : { role: 'assistant', text, calls: [] };
  return { message, system: '', fileIds, warnings };
}
