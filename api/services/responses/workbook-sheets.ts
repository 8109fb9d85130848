/**
 * Names of the sheets of a workbook, without reading the rest of it. A workbook is a zip, and anybody may have written
 * it: only its directory and the one small part that names the sheets are read, each up to a bound, and nothing of the
 * XML is understood but the names.
 */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** Reads bytes from `first` to `last`, both included. */
export type ReadBytes = (range: { readonly first: number; readonly last: number }) => Promise<Buffer>;

const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const DIRECTORY_BYTES_MAX = 256 * 1024;
const PART_BYTES_MAX = 256 * 1024;
const PART_NAME = 'xl/workbook.xml';
const STORED = 0;
const DEFLATED = 8;
const SHEET = /<(?:[A-Za-z_][\w.-]{0,30}:)?sheet\s([^<>]{0,2000})>/g;
const NAME = /(?:^|\s)name\s?=\s?(?:"([^"]*)"|'([^']*)')/;
const ENTITIES: Readonly<Record<string, string | undefined>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const inflate = promisify(inflateRaw);

type Entry = { readonly method: number; readonly packedBytes: number; readonly at: number };

/** @returns undefined where it is no workbook of which the names can be read */
export async function sheetsOf(sizeBytes: number, read: ReadBytes): Promise<string[] | undefined> {
  const entry = await findEntry(sizeBytes, read);
  const xml = entry === undefined ? undefined : await readPart(entry, sizeBytes, read);
  return xml === undefined ? undefined : sheetNames(xml);
}

/** Pure. */
export function sheetNames(xml: string): string[] {
  return [...xml.matchAll(SHEET)].flatMap(([, attributes = '']) => {
    const match = NAME.exec(attributes);
    return match === null ? [] : [decoded(match[1] ?? match[2] ?? '')];
  });
}

async function findEntry(sizeBytes: number, read: ReadBytes): Promise<Entry | undefined> {
  const tailBytes = Math.min(sizeBytes, END_BYTES + COMMENT_BYTES_MAX);
  if (tailBytes < END_BYTES) return undefined;
  const tail = await read({ first: sizeBytes - tailBytes, last: sizeBytes - 1 });
  const end = endRecord(tail);
  if (end === undefined || end.bytes > DIRECTORY_BYTES_MAX || end.bytes < ENTRY_BYTES) return undefined;
  if (end.at + end.bytes > sizeBytes) return undefined;
  return entryOf(await read({ first: end.at, last: end.at + end.bytes - 1 }));
}

/** The last one: what looks like one before it is content. */
function endRecord(tail: Buffer): { readonly bytes: number; readonly at: number } | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END_SIGNATURE)
      return { bytes: tail.readUInt32LE(at + 12), at: tail.readUInt32LE(at + 16) };
  }
  return undefined;
}

function entryOf(directory: Buffer): Entry | undefined {
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('latin1', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    if (name === PART_NAME) {
      return {
        method: directory.readUInt16LE(at + 10),
        packedBytes: directory.readUInt32LE(at + 20),
        at: directory.readUInt32LE(at + 42),
      };
    }
    at += ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

async function readPart(
  { method, packedBytes, at }: Entry,
  sizeBytes: number,
  read: ReadBytes,
): Promise<string | undefined> {
  if (packedBytes < 1 || packedBytes > PART_BYTES_MAX || at + LOCAL_BYTES > sizeBytes) return undefined;
  const header = await read({ first: at, last: at + LOCAL_BYTES - 1 });
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) return undefined;
  const first = at + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (first + packedBytes > sizeBytes) return undefined;
  const packed = await read({ first, last: first + packedBytes - 1 });
  if (method === STORED) return packed.toString();
  if (method !== DEFLATED) return undefined;
  // What unpacks to more is a trap or no list of sheets.
  const plain = await inflate(packed, { maxOutputLength: PART_BYTES_MAX }).catch(() => undefined);
  return plain?.toString();
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
