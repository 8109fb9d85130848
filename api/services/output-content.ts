/** The bytes of an output, as a file that somebody saves. Pure. */
import { isFileName, isMediaType } from '../../shared/contracts/file.ts';
import type { Output } from '../../shared/contracts/execution.ts';

export type Representation = {
  /** With the charset where it is known. */
  readonly contentType: string;
  readonly bytes: Buffer;
  /** What to call the file. */
  readonly name: string;
};

const PLAIN = 'text/plain';
const UNKNOWN = 'application/octet-stream';

/** What people look at first, and the ending of the file's name. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/svg+xml', 'svg'],
  ['text/html', 'html'],
  [PLAIN, 'txt'],
  ['text/markdown', 'md'],
  ['text/latex', 'tex'],
  ['application/json', 'json'],
  ['application/pdf', 'pdf'],
]);

/** Media types of the output's representations; what is none goes into no header. */
export function representationsOf(output: Output): string[] {
  switch (output.type) {
    case 'text':
    case 'error':
      return [PLAIN];
    case 'file':
      return [mediaTypeOf(output)];
    case 'result':
    case 'display':
      return Object.keys(output.data).filter(isMediaType);
  }
}

/**
 * @param index the output's place, for a name where it has none
 * @param mediaType of the representation; without it the one that people look at first
 * @returns undefined if there is no such representation
 */
export function representationOf(
  output: Output,
  index: number,
  mediaType: string | undefined,
): Representation | undefined {
  const known = representationsOf(output);
  const wanted = mediaType ?? firstOf(known);
  if (wanted === undefined || !known.includes(wanted)) return undefined;
  if (output.type !== 'file') {
    const contentType = wanted.startsWith('text/') ? `${wanted}; charset=utf-8` : wanted;
    return { contentType, bytes: bytesOf(output, wanted), name: nameOf(index, wanted) };
  }
  // Nobody knows in which charset the code wrote.
  const name = isFileName(output.name) ? output.name : nameOf(index, UNKNOWN);
  return { contentType: wanted, bytes: Buffer.from(output.content_base64, 'base64'), name };
}

function bytesOf(output: Exclude<Output, { type: 'file' }>, mediaType: string): Buffer {
  switch (output.type) {
    case 'text':
      return Buffer.from(output.text);
    case 'error':
      return Buffer.from(output.traceback);
    case 'result':
    case 'display':
      return Buffer.from(output.data[mediaType] ?? '', isBinary(mediaType) ? 'base64' : 'utf8');
  }
}

/** What a worker says of a file goes into a header: it has to be what it seems. */
function mediaTypeOf({ mime_type: mediaType }: Extract<Output, { type: 'file' }>): string {
  return isMediaType(mediaType) ? mediaType : UNKNOWN;
}

function firstOf(known: readonly string[]): string | undefined {
  return [...ENDINGS.keys()].find((mediaType) => known.includes(mediaType)) ?? known[0];
}

/** Whether a bundle holds it in base64. */
function isBinary(mediaType: string): boolean {
  return mediaType === 'application/pdf' || (mediaType.startsWith('image/') && mediaType !== 'image/svg+xml');
}

function nameOf(index: number, mediaType: string): string {
  const ending = ENDINGS.get(mediaType) ?? (mediaType.endsWith('+json') ? 'json' : 'bin');
  return `output-${String(index)}.${ending}`;
}
