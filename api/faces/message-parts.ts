/** Parts of messages, as every face takes them: texts, pictures and files of the organization. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { RESPONSE_INPUT_BYTES_MAX } from '../../shared/contracts/limits.ts';
import type { InputPart } from '../../shared/contracts/response.ts';
import type { MessagePart, ModelMessage } from '../models/model.ts';
import type { NamedFile } from '../services/responses/chosen-files.ts';

export type ReadParts = {
  readonly parts: readonly MessagePart[];
  readonly files: readonly NamedFile[];
  readonly warnings: readonly string[];
};

const TEXT_TYPES = new Set(['text', 'input_text', 'output_text', undefined]);
const IMAGE_TYPES = new Set(['image', 'input_image', 'image_url']);
const FILE_TYPES = new Set(['file', 'input_file']);
const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/;
const NOTHING: ReadParts = { parts: [], files: [], warnings: [] };
/** A message that is files alone has to say something all the same. */
const FILES_ALONE: MessagePart = { type: 'text', text: 'See the files.' };

/** @param at where the first part stands but for its number, such as `inputs.0.content` */
export function readParts(blocks: readonly InputPart[], at: string): ReadParts {
  const read = blocks.map((block, index) => readPart(block, `${at}.${String(index)}`));
  const parts = read.flatMap((one) => one.parts);
  const files = read.flatMap((one) => one.files);
  return {
    parts: parts.length === 0 && files.length > 0 ? [FILES_ALONE] : parts,
    files,
    warnings: read.flatMap((one) => one.warnings),
  };
}

/** @throws AppError PAYLOAD_TOO_LARGE when the texts of a request are too long together */
export function assertSmall(system: string, input: readonly ModelMessage[], param = 'inputs'): void {
  const texts = input.flatMap(textsOf);
  const bytes = [system, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= RESPONSE_INPUT_BYTES_MAX) return;
  const message = `${param}: must have at most ${String(RESPONSE_INPUT_BYTES_MAX)} bytes of text in all.`;
  throw new AppError('PAYLOAD_TOO_LARGE', message, { param });
}

function textsOf(message: ModelMessage): string[] {
  if (message.role === 'assistant') return [message.text, ...message.calls.map(({ code }) => code)];
  const parts = message.role === 'user' ? message.parts : message.results.flatMap((result) => result.parts);
  return parts.map((part) => (part.type === 'text' ? part.text : ''));
}

function readPart(block: InputPart, at: string): ReadParts {
  const { type, text } = block;
  if (TEXT_TYPES.has(type))
    return text === undefined || text === '' ? NOTHING : { ...NOTHING, parts: [{ type: 'text', text }] };
  if (type !== undefined && IMAGE_TYPES.has(type)) return readImage(block, at);
  if (type !== undefined && FILE_TYPES.has(type)) return readFile(block, at);
  return ignored(`${at}: parts of the type "${(type ?? '').slice(0, 100)}" are not known here; it was not used.`);
}

function readImage(block: InputPart, at: string): ReadParts {
  const fileId = block['file_id'];
  if (typeof fileId === 'string')
    return { ...NOTHING, files: [{ fileId, param: `${at}.file_id`, isOnlyPicture: true }] };
  const given = block['image_url'] ?? block['url'];
  const url = typeof given === 'object' && given !== null && 'url' in given ? given.url : given;
  const [, mediaType, base64] = DATA_URL.exec(typeof url === 'string' ? url : '') ?? [];
  if (mediaType === undefined || base64 === undefined)
    return ignored(`${at}: a picture must be a file or a data: URL of PNG, JPEG, GIF or WebP; it was not used.`);
  return { ...NOTHING, parts: [{ type: 'image', mediaType, base64: base64.replaceAll(/\s/g, '') }] };
}

function readFile(block: InputPart, at: string): ReadParts {
  const nested = block['file'];
  const isNested = typeof nested === 'object' && nested !== null && 'file_id' in nested;
  const fileId = isNested ? nested.file_id : block['file_id'];
  if (typeof fileId !== 'string') return ignored(`${at}: a file must be named by its file_id; it was not used.`);
  return { ...NOTHING, files: [{ fileId, param: isNested ? `${at}.file.file_id` : `${at}.file_id` }] };
}

function ignored(warning: string): ReadParts {
  return { ...NOTHING, warnings: [warning] };
}
