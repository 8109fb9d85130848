/** Checks the record of an attached file while it arrives: its name, its media type, its content in base64. */
import { isFileName, isMediaType } from '../../shared/contracts/file.ts';
import { FILE_NAME_BYTES_MAX } from '../../shared/contracts/limits.ts';
import type { PackedFile } from '../../shared/contracts/packed-json.ts';
import { ANY_TEXT, createFlatScanner, onlyCharacters, type Span, type TextRule } from './flat-json-scan.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PADDING = '=';

const RULES: ReadonlyMap<string, TextRule> = new Map([
  ['name', ANY_TEXT],
  ['mime_type', onlyCharacters(`${LETTERS}${DIGITS}/.+-`)],
  ['content_base64', onlyCharacters(`${LETTERS}${LETTERS.toUpperCase()}${DIGITS}+/${PADDING}`)],
]);

/** A byte of a name as JSON spells it at worst. */
const JSON_BYTES_PER_BYTE_MAX = 6;
const MEDIA_TYPE_CHARACTERS_MAX = 128;

export function createFileScanner() {
  const seen = new Set<string>();
  const scanner = createFlatScanner((member) => {
    if (seen.has(member)) return undefined;
    seen.add(member);
    return RULES.get(member);
  });

  return {
    scan: scanner.scan,
    /** @param record all that was scanned, in memory that may be kept; undefined unless it is a file */
    fileIn(record: Buffer): PackedFile | undefined {
      if (!scanner.isWhole()) return undefined;
      const [name, mediaType, content] = [...RULES.keys()].map((member) => scanner.spanOf(member));
      if (name === undefined || mediaType === undefined || content === undefined) return undefined;
      return toFile(nameAt(record, name), mediaTypeAt(record, mediaType), contentAt(record, content));
    },
  };
}

function toFile(name: string | undefined, mediaType: string, content: Buffer | undefined): PackedFile | undefined {
  if (name === undefined || !isFileName(name) || !isMediaType(mediaType) || content === undefined) return undefined;
  const sizeBytes = (content.length / 4) * 3 - paddingOf(content);
  return { type: 'file', name, mime_type: mediaType, size_bytes: sizeBytes, content };
}

/** Its beginning, where it is far too long for one: that is none. */
function mediaTypeAt(record: Buffer, { from, to }: Span): string {
  return record.toString('latin1', from, Math.min(to, from + MEDIA_TYPE_CHARACTERS_MAX));
}

/** The scan has found it to be a text; what is far too long for a name is not unpacked. */
function nameAt(record: Buffer, { from, to }: Span): string | undefined {
  if (to - from > FILE_NAME_BYTES_MAX * JSON_BYTES_PER_BYTE_MAX) return undefined;
  const name: unknown = JSON.parse(record.toString('utf8', from - 1, to + 1));
  return typeof name === 'string' ? name : undefined;
}

/** Undefined unless it is base64 with its padding, and padding only at its end. */
function contentAt(record: Buffer, { from, to }: Span): Buffer | undefined {
  const content = record.subarray(from, to);
  const first = content.indexOf(PADDING);
  const isPadded = first < 0 || first === content.length - paddingOf(content);
  return content.length % 4 === 0 && isPadded ? content : undefined;
}

/** How many characters of padding it ends with, of at most two. */
function paddingOf(content: Buffer): number {
  const end = content.toString('latin1', Math.max(0, content.length - 2));
  return end.endsWith(PADDING + PADDING) ? 2 : end.endsWith(PADDING) ? 1 : 0;
}
