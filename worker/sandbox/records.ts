/**
 * The child's records as values. Everything here is hostile: a record that breaks the rules ends the reading,
 * one that is too large is dropped unread.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { MimeBundle, TextStream } from '../../shared/contracts/execution.ts';
import { OUTPUTS_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { createDecoder, RUNNER_FRAME, type Header } from './framing.ts';

const TEXT_RECORD_BYTES_MAX = 64 * 1024;
const MIME_TYPES_MAX = 16;
const MIME_NAME = /^[a-z]+\/[a-z0-9.+-]{1,80}$/;

/** JSON can spell lone surrogates, which UTF-8 cannot hold: they become U+FFFD. */
const Text = z.string().transform((text) => text.toWellFormed());

const BoundedMimeBundle = z
  .record(z.string().regex(MIME_NAME), Text)
  .refine((bundle) => Object.keys(bundle).length <= MIME_TYPES_MAX);

const ErrorPayload = z.object({ name: Text, value: Text, traceback: Text });
export type ErrorPayload = z.infer<typeof ErrorPayload>;

export type ChildRecord =
  | { readonly type: 'text'; readonly stream: TextStream; readonly text: string }
  | { readonly type: 'result' | 'display'; readonly data: MimeBundle; readonly bytes: number }
  | { readonly type: 'error'; readonly error: ErrorPayload };

export type RecordReaderOptions = {
  readonly onRecord: (record: ChildRecord) => void;
  /** A result, display or error was dropped: too large, or not what it says. */
  readonly onDropped: () => void;
};

const TYPES = { text: 'oe', structured: 'vdx' } as const;

function admit({ type, length }: Header): 'take' | 'skip' | 'stop' {
  const letter = String.fromCharCode(type);
  if (TYPES.text.includes(letter)) return length <= TEXT_RECORD_BYTES_MAX ? 'take' : 'stop';
  if (TYPES.structured.includes(letter)) return length <= OUTPUTS_BYTES_MAX ? 'take' : 'skip';
  return 'stop';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Braces, colons, commas and blanks around the strings of a flat object. */
const PUNCTUATION_BYTES_MAX = 1_024;

/**
 * Whether the payload is UTF-8 and looks like a flat object of a few strings: only that is worth parsing. Eight MiB of
 * small members would hold up every other run of the worker for seconds.
 */
function isFlat(payload: Buffer, stringsMax: number): boolean {
  if (!isUtf8(payload)) return false;
  let strings = 0;
  let punctuation = 0;
  for (let at = 0; at < payload.length; at += 1) {
    if (payload[at] !== QUOTE) punctuation += 1;
    else {
      strings += 1;
      at = endOfString(payload, at + 1);
    }
    if (strings > stringsMax || punctuation > PUNCTUATION_BYTES_MAX) return false;
  }
  return true;
}

/** Where the string that begins at `from` has its closing quote; the payload's length if it has none. */
function endOfString(payload: Buffer, from: number): number {
  for (let at = payload.indexOf(QUOTE, from); at !== -1; at = payload.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (payload[at - 1 - escapes] === BACKSLASH && at - 1 - escapes >= from) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return payload.length;
}

/** Valid JSON of the schema; undefined for anything else. */
function parseJson<T>(schema: z.ZodType<T>, payload: Buffer): T | undefined {
  if (!isFlat(payload, 2 * MIME_TYPES_MAX)) return undefined;
  try {
    return schema.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function parseRecord(type: number, payload: Buffer): ChildRecord | undefined {
  switch (String.fromCharCode(type)) {
    case 'o':
      return { type: 'text', stream: 'stdout', text: payload.toString('utf8') };
    case 'e':
      return { type: 'text', stream: 'stderr', text: payload.toString('utf8') };
    case 'x': {
      const error = parseJson(ErrorPayload, payload);
      return error && { type: 'error', error };
    }
    default: {
      const data = parseJson(BoundedMimeBundle, payload);
      return data && { type: type === 'v'.charCodeAt(0) ? 'result' : 'display', data, bytes: payload.length };
    }
  }
}

/** Reads records out of the bytes of the record pipe, cut anywhere. Holds one record at most. */
export function createRecordReader({ onRecord, onDropped }: RecordReaderOptions) {
  return createDecoder({
    framing: RUNNER_FRAME,
    admit(header) {
      const verdict = admit(header);
      if (verdict === 'skip') onDropped();
      return verdict;
    },
    onMessage(type, payload) {
      const record = parseRecord(type, payload);
      if (record === undefined) onDropped();
      else onRecord(record);
    },
    onStop: onDropped,
  });
}
