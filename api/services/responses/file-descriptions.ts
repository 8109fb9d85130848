/** What a model is told of a file's content, so that its first block of code can be the right one. */
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../../shared/blobs/storage.ts';
import type { FileRow } from '../../store/schema.ts';
import { readBytes } from './read-bytes.ts';
import { columnsOf, keysOf } from './table-columns.ts';
import { sheetsOf, type ReadBytes } from './workbook-sheets.ts';

export type FileDescriptionsDeps = {
  readonly openContent: (row: FileRow, range: ByteRange) => Promise<Readable>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

const HEAD_BYTES = 64 * 1024;
/** A storage that is slower holds up no response: the model does without. */
const READ_MS_MAX = 3_000;
const NAMES_MAX = 60;
const NAME_CHARACTERS_MAX = 60;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]+/gu;

type Kind = 'csv' | 'tsv' | 'json' | 'workbook';

const KINDS: readonly { readonly kind: Kind; readonly name: RegExp; readonly mimeType: RegExp }[] = [
  { kind: 'csv', name: /\.csv$/i, mimeType: /^text\/csv$/ },
  { kind: 'tsv', name: /\.(?:tsv|tab)$/i, mimeType: /^text\/tab-separated-values$/ },
  { kind: 'json', name: /\.(?:json|jsonl|ndjson)$/i, mimeType: /^application\/(?:json|jsonl|x-ndjson)$/ },
  {
    kind: 'workbook',
    name: /\.xls[xm]$/i,
    mimeType: /^application\/vnd\.openxmlformats-officedocument\.spreadsheetml/,
  },
];

export function createFileDescriptions({ openContent, report }: FileDescriptionsDeps) {
  async function describe(row: FileRow): Promise<string | undefined> {
    const kind = kindOf(row);
    if (kind === undefined || row.size_bytes === 0) return undefined;
    const signal = AbortSignal.timeout(READ_MS_MAX);
    const read: ReadBytes = (range) => readBytes(openContent(row, range), range, signal);
    if (kind === 'workbook') return told('sheets', await sheetsOf(row.size_bytes, read));
    const isWhole = row.size_bytes <= HEAD_BYTES;
    const text = textOf(await read({ first: 0, last: Math.min(row.size_bytes, HEAD_BYTES) - 1 }));
    if (kind === 'json') return told('keys', keysOf(text));
    return told('columns', kind === 'tsv' ? columnsOf(text, isWhole, '\t') : columnsOf(text, isWhole));
  }

  return {
    /** One line, or undefined where there is nothing to tell. Never rejects: a model can look for itself. */
    async of(row: FileRow): Promise<string | undefined> {
      return describe(row).catch((error: unknown) => {
        report('a file could not be described', { fileId: row.id, error });
        return undefined;
      });
    },
  };
}

export type FileDescriptions = ReturnType<typeof createFileDescriptions>;

function kindOf({ name, mime_type: mimeType }: FileRow): Kind | undefined {
  return KINDS.find((kind) => kind.name.test(name) || kind.mimeType.test(mimeType))?.kind;
}

/** Quoted and on one line: a name is data, whatever it says. Pure. */
export function told(what: string, names: readonly string[] | undefined): string | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const shown = names.slice(0, NAMES_MAX).map((name) => JSON.stringify(shortened(name.replaceAll(UNSAFE, ' ').trim())));
  const more = names.length - shown.length;
  return `${what} ${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function shortened(text: string): string {
  const characters = [...text.slice(0, 2 * NAME_CHARACTERS_MAX + 2)];
  return characters.length <= NAME_CHARACTERS_MAX ? text : `${characters.slice(0, NAME_CHARACTERS_MAX - 1).join('')}…`;
}

function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes); // leaves the mark of the order of bytes out
}
