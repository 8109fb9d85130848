/** What kind of content a file is: by its first bytes where they tell, else as it was declared. Pure. */
import { isMediaType } from '../../shared/contracts/file.ts';

export const UNKNOWN_TYPE = 'application/octet-stream';

type Signature = { readonly type: string; readonly offset: number; readonly bytes: Buffer };

const signature = (type: string, bytes: string, offset = 0): Signature => ({
  type,
  offset,
  bytes: Buffer.from(bytes, 'latin1'),
});

const ZIP = 'application/zip';
const COMPOUND = 'application/x-ole-storage';

const SIGNATURES: readonly Signature[] = [
  signature('image/png', '\x89PNG\r\n\x1a\n'),
  signature('image/jpeg', '\xff\xd8\xff'),
  signature('image/gif', 'GIF87a'),
  signature('image/gif', 'GIF89a'),
  signature('image/webp', 'WEBP', 8),
  signature('image/tiff', 'II*\0'),
  signature('image/tiff', 'MM\0*'),
  signature('application/pdf', '%PDF-'),
  signature(ZIP, 'PK\x03\x04'),
  signature(ZIP, 'PK\x05\x06'),
  signature(COMPOUND, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  signature('application/gzip', '\x1f\x8b\x08'),
  signature('application/vnd.apache.parquet', 'PAR1'),
  signature('application/vnd.sqlite3', 'SQLite format 3\0'),
  signature('application/x-hdf5', '\x89HDF\r\n\x1a\n'),
];

/** Formats that are one of those inside: only the name, or what was declared, tells them apart. */
const INSIDE: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
  [ZIP]: {
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ods: 'application/vnd.oasis.opendocument.spreadsheet',
    odt: 'application/vnd.oasis.opendocument.text',
    npz: 'application/x-npz',
  },
  [COMPOUND]: { xls: 'application/vnd.ms-excel', doc: 'application/msword', ppt: 'application/vnd.ms-powerpoint' },
};

/** For clients that declare nothing: text has no first bytes of its own. */
const BY_NAME: Readonly<Record<string, string | undefined>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  md: 'text/markdown',
  json: 'application/json',
  jsonl: 'application/jsonl',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  py: 'text/x-python',
};

export type Declared = { readonly name: string; readonly type: string | undefined };

/** Never trusted for more than telling it on: whoever serves the content serves it as a download. */
export function mediaTypeOf(head: Buffer, { name, type = UNKNOWN_TYPE }: Declared): string {
  const declared = type.toLowerCase().split(';', 1).join('').trim();
  const extension = (/\.([a-z0-9]{1,8})$/i.exec(name)?.[1] ?? '').toLowerCase();
  const found = SIGNATURES.find(({ offset, bytes }) => head.subarray(offset, offset + bytes.length).equals(bytes));
  if (found !== undefined) return typeInside(found.type, declared, extension);
  const isTold = isMediaType(declared) && declared !== UNKNOWN_TYPE && !hasSignature(declared);
  return isTold ? declared : (BY_NAME[extension] ?? UNKNOWN_TYPE);
}

/** The format that the container is used for, if one is known by name or by what was declared. */
function typeInside(container: string, declared: string, extension: string): string {
  const inside = INSIDE[container] ?? {};
  return inside[extension] ?? Object.values(inside).find((known) => known === declared) ?? container;
}

/** Whether contents of the type begin with bytes that these do not. */
function hasSignature(type: string): boolean {
  return (
    SIGNATURES.some((known) => known.type === type) ||
    Object.values(INSIDE).some((inside = {}) => Object.values(inside).includes(type))
  );
}
