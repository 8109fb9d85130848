/** Names of columns and keys, from the first bytes of a file that anybody wrote. Pure. */

const DELIMITERS = [',', ';', '\t', '|'] as const;
const QUOTE = '"';
/** A string, whether or not it ends and is a key; or what begins or ends a list or an object. Takes linear time. */
const TOKEN = /("(?:[^"\\]|\\[^]?)*"?)(\s*:)?|[{}[\]]/g;

const DEPTH: Readonly<Record<string, number | undefined>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** The first record of a table of text; undefined where it is none, or is longer than the text. */
export function columnsOf(text: string, isWhole: boolean, delimiter?: string): string[] | undefined {
  if (text.trim() === '' || text.includes('\0')) return undefined;
  const { pieces, isEnded } = split(text, (character) => character === '\n' || character === '\r', 1);
  const [record] = pieces;
  if (record === undefined || !(isEnded || isWhole)) return undefined;
  const between = delimiter ?? likelyDelimiter(record);
  return split(record, (character) => character === between).pieces.map(unquoted);
}

/**
 * Keys of an object, or of the first object of a list or of lines; undefined where there is none. Nothing is parsed, so
 * that depth and size of the rest make no difference, and the text may end anywhere.
 */
export function keysOf(text: string): string[] | undefined {
  const begin = /^\s*(?:\[\s*)?\{/.exec(text);
  if (begin === null) return undefined;
  const keys: string[] = [];
  let depth = 1;
  for (const [token, literal, colon] of text.slice(begin[0].length).matchAll(TOKEN)) {
    if (literal !== undefined && colon !== undefined && depth === 1) keys.push(unescaped(literal));
    depth += DEPTH[token] ?? 0;
    if (depth === 0) break;
  }
  return keys;
}

/** Cuts at what `isEnd` finds outside of quotes, at most so often. */
function split(text: string, isEnd: (character: string) => boolean, cutsMax = Infinity) {
  const pieces: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length && pieces.length < cutsMax; at += 1) {
    const character = text.charAt(at);
    if (character === QUOTE) isQuoted = !isQuoted;
    if (isQuoted || !isEnd(character)) continue;
    pieces.push(text.slice(from, at));
    from = at + 1;
  }
  const isEnded = pieces.length === cutsMax;
  return { pieces: isEnded || isQuoted ? pieces : [...pieces, text.slice(from)], isEnded };
}

/** The one that is most often in a record, outside of quotes. */
function likelyDelimiter(record: string): string {
  const plain = record.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => plain.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function unquoted(field: string): string {
  const [, inside] = /^\s*"([^]*)"\s*$/.exec(field) ?? [];
  return inside === undefined ? field : inside.replaceAll('""', QUOTE);
}

function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1); // not quite JSON: as it stands
  }
}
