/** A request for a response, as this service's own face takes it. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { RESPONSE_INPUT_BYTES_MAX, RESPONSE_STEPS_DEFAULT } from '../../shared/contracts/limits.ts';
import { CreateResponse, InputMessage, type InputPart } from '../../shared/contracts/response.ts';
import type { MessagePart, ModelMessage } from '../models/model.ts';
import { saidOfCode } from '../services/responses/modes.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { boundedWarnings, unknownFields, unknownTools } from './unknown-fields.ts';

const TEXT_TYPES = new Set(['text', 'input_text', 'output_text', undefined]);
const IMAGE_TYPES = new Set(['image', 'input_image', 'image_url']);
const FILE_TYPES = new Set(['file', 'input_file']);
const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/;

/** @throws AppError VALIDATION_ERROR, PAYLOAD_TOO_LARGE */
export function toNewResponse(body: CreateResponse): NewResponse {
  const read = readInputs(body.inputs);
  const { system, input } = read;
  assertSmall(system, input);
  const warnings = [...unknownFields(body, CreateResponse.shape), ...unknownTools(body.tools), ...read.warnings];
  return {
    assistantId: body.assistant_id ?? undefined,
    model: body.model ?? undefined,
    instructions: body.instructions ?? undefined,
    system,
    input,
    said: saidOfCode(body),
    previousResponseId: body.previous_response_id ?? undefined,
    threadId: body.thread_id ?? undefined,
    ...limitsOf(body),
    live: body.live_output ?? false,
    metadata: body.metadata ?? {},
    warnings: boundedWarnings(warnings),
  };
}

function limitsOf(body: CreateResponse) {
  return {
    temperature: body.temperature ?? undefined,
    outputTokensMax: body.max_output_tokens ?? body.max_output_synapses ?? undefined,
    stepsMax: body.max_steps ?? RESPONSE_STEPS_DEFAULT,
  };
}

type ReadInputs = Pick<NewResponse, 'system' | 'input'> & { readonly warnings: readonly string[] };

function readInputs(inputs: CreateResponse['inputs']): ReadInputs {
  if (typeof inputs === 'string')
    return { system: '', input: [{ role: 'user', parts: [{ type: 'text', text: inputs }] }], warnings: [] };
  const read = inputs.map((message, at) => readMessage(message, `inputs.${String(at)}.`));
  const input = read.flatMap(({ message }) => (message === undefined ? [] : [message]));
  if (!input.some(({ role }) => role === 'user'))
    throw new AppError('VALIDATION_ERROR', 'inputs: must hold a message of the role user that says something.', {
      param: 'inputs',
    });
  return {
    system: read.flatMap((one) => (one.system === '' ? [] : [one.system])).join('\n\n'),
    input,
    warnings: read.flatMap((one) => one.warnings),
  };
}

type ReadMessage = { readonly message?: ModelMessage; readonly system: string; readonly warnings: readonly string[] };

function readMessage(given: InputMessage, at: string): ReadMessage {
  const { content } = given;
  const blocks = [...(typeof content === 'string' ? [{ text: content }] : (content ?? [])), ...(given.texts ?? [])];
  const read = blocks.map((block, index) => readPart(block, `${at}content.${String(index)}`));
  const parts = read.flatMap((one) => one.parts);
  const warnings = [...unknownFields(given, InputMessage.shape, at), ...read.flatMap((one) => one.warnings)];
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  if (given.role === 'system' || given.role === 'developer') return { system: text, warnings };
  if (parts.length === 0) return { system: '', warnings };
  const message: ModelMessage =
    given.role === 'user' ? { role: 'user', parts } : { role: 'assistant', text, calls: [] };
  return { message, system: '', warnings };
}

type ReadPart = { readonly parts: readonly MessagePart[]; readonly warnings: readonly string[] };

function readPart(block: InputPart, at: string): ReadPart {
  const { type, text } = block;
  if (TEXT_TYPES.has(type)) {
    return text === undefined || text === ''
      ? { parts: [], warnings: [] }
      : { parts: [{ type: 'text', text }], warnings: [] };
  }
  if (type !== undefined && IMAGE_TYPES.has(type)) return readImage(block, at);
  if (type !== undefined && FILE_TYPES.has(type))
    return ignored(`${at}: files are read only with file retrieval; it was not used.`);
  return ignored(`${at}: parts of the type "${(type ?? '').slice(0, 100)}" are not known here; it was not used.`);
}

function readImage(block: InputPart, at: string): ReadPart {
  const given = block['image_url'] ?? block['url'];
  const url = typeof given === 'object' && given !== null && 'url' in given ? given.url : given;
  const [, mediaType, base64] = DATA_URL.exec(typeof url === 'string' ? url : '') ?? [];
  if (mediaType === undefined || base64 === undefined)
    return ignored(`${at}: a picture must be a data: URL of PNG, JPEG, GIF or WebP; it was not used.`);
  return { parts: [{ type: 'image', mediaType, base64: base64.replaceAll(/\s/g, '') }], warnings: [] };
}

function ignored(warning: string): ReadPart {
  return { parts: [], warnings: [warning] };
}

function assertSmall(system: string, input: readonly ModelMessage[]): void {
  const texts = input.flatMap((message) => {
    if (message.role === 'assistant') return [message.text];
    return message.role === 'user' ? message.parts.map((part) => (part.type === 'text' ? part.text : '')) : [];
  });
  const bytes = [system, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= RESPONSE_INPUT_BYTES_MAX) return;
  const message = `inputs: must have at most ${String(RESPONSE_INPUT_BYTES_MAX)} bytes of text in all.`;
  throw new AppError('PAYLOAD_TOO_LARGE', message, { param: 'inputs' });
}
