/**
 * The child's records, checked. Everything here is hostile: a record that breaks the framing ends the reading, one that
 * is too large or not what it says is dropped. Bundles and files stay the bytes that came; nothing of a run is parsed
 * but its first error and the names of its files, which have limits of their own.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { TextStream } from '../../shared/contracts/execution.ts';
import { OUTPUTS_COUNT_MAX } from '../../shared/contracts/limits.ts';
import type { PackedBundle, PackedFile } from '../../shared/contracts/packed-json.ts';
import { createBundleScanner } from './bundle-scan.ts';
import { createFileScanner } from './file-scan.ts';
import { createDecoder, RUNNER_FRAME, type Header } from './framing.ts';

const TEXT_RECORD_BYTES_MAX = 64 * 1024;
/** Several times what the runner makes of the worst exception, with every character escaped. */
const ERROR_RECORD_BYTES_MAX = 1024 * 1024;
/** `{}`: what is shorter is no JSON object. */
const OBJECT_BYTES_MIN = 2;
/** Of those that are not what they say; then results, displays and files are dropped unread. */
const BROKEN_RECORDS_MAX = OUTPUTS_COUNT_MAX;

/** JSON can spell lone surrogates, which UTF-8 cannot hold: they become U+FFFD. */
const Text = z.string().transform((text) => text.toWellFormed());

/** A hint that is no text is none: the error counts all the same. */
const ErrorPayload = z.object({ name: Text, value: Text, traceback: Text, hint: Text.optional().catch(undefined) });
export type ErrorPayload = z.infer<typeof ErrorPayload>;

export type RecordReaderOptions = {
  /** How long a bundle may be now; a longer one is dropped unread. */
  readonly bundleBytesMax: () => number;
  /** The same for a file. */
  readonly fileBytesMax: () => number;
  /** The bytes are good until the call returns. */
  readonly onText: (stream: TextStream, bytes: Buffer) => void;
  readonly onBundle: (output: PackedBundle) => void;
  readonly onFile: (output: PackedFile, recordBytes: number) => void;
  readonly onError: (error: ErrorPayload) => void;
  /** A result, display, file or error was dropped: too large, or not what it says. */
  readonly onDropped: () => void;
};

const letter = (character: string) => character.charCodeAt(0);
const [STDOUT, STDERR, ERROR] = [letter('o'), letter('e'), letter('x')];
const [RESULT, DISPLAY, FILE] = [letter('v'), letter('d'), letter('f')];

/** What came in one piece is a part of a chunk that may hold much more, and would keep all of it. */
function withoutItsChunk(payload: Buffer): Buffer {
  return payload.length === payload.buffer.byteLength ? payload : Buffer.from(payload);
}

function parseError(payload: Buffer): ErrorPayload | undefined {
  try {
    return ErrorPayload.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Reads records out of the bytes of the record pipe, cut anywhere. Holds one record at most. */
export function createRecordReader(options: RecordReaderOptions) {
  const { bundleBytesMax, fileBytesMax, onText, onBundle, onFile, onError, onDropped } = options;
  let bundle = createBundleScanner();
  let file = createFileScanner();
  let sawError = false;
  let brokenCount = 0;

  function admit({ type, length }: Header): 'take' | 'skip' | 'stop' {
    if (type === STDOUT || type === STDERR) return length <= TEXT_RECORD_BYTES_MAX ? 'take' : 'stop';
    const bytesMax = otherBytesMax(type);
    if (bytesMax === undefined) return 'stop';
    if (length > bytesMax) return 'skip';
    return type === ERROR || startScanner(type, length) ? 'take' : 'skip';
  }

  /** How long a record that is no text may be; undefined for a type that does not exist. */
  function otherBytesMax(type: number): number | undefined {
    switch (type) {
      case RESULT:
      case DISPLAY:
        return brokenCount < BROKEN_RECORDS_MAX ? bundleBytesMax() : -1;
      case FILE:
        return brokenCount < BROKEN_RECORDS_MAX ? fileBytesMax() : -1;
      case ERROR:
        // The runner tells of one; any further one is the code's own invention.
        return sawError ? -1 : ERROR_RECORD_BYTES_MAX;
      default:
        return undefined;
    }
  }

  /** @returns false for what is too short to be worth one */
  function startScanner(type: number, length: number): boolean {
    if (length < OBJECT_BYTES_MIN) return false;
    if (type === FILE) file = createFileScanner();
    else bundle = createBundleScanner();
    return true;
  }

  function inspect(type: number, soFar: Buffer): boolean {
    const scanner = type === FILE ? file : type === RESULT || type === DISPLAY ? bundle : undefined;
    const isGood = scanner?.scan(soFar) ?? true;
    if (!isGood) dropBroken();
    return isGood;
  }

  function dropBroken(): void {
    brokenCount += 1;
    onDropped();
  }

  function takeBundle(type: 'result' | 'display', payload: Buffer): void {
    if (bundle.isWhole() && isUtf8(payload)) onBundle({ type, data: withoutItsChunk(payload) });
    else dropBroken();
  }

  function takeFile(payload: Buffer): void {
    const found = isUtf8(payload) ? file.fileIn(withoutItsChunk(payload)) : undefined;
    if (found === undefined) dropBroken();
    else onFile(found, payload.length);
  }

  function takeError(payload: Buffer): void {
    sawError = true;
    const error = parseError(payload);
    if (error === undefined) onDropped();
    else onError(error);
  }

  function onMessage(type: number, payload: Buffer): void {
    switch (type) {
      case STDOUT:
        return onText('stdout', payload);
      case STDERR:
        return onText('stderr', payload);
      case RESULT:
        return takeBundle('result', payload);
      case DISPLAY:
        return takeBundle('display', payload);
      case FILE:
        return takeFile(payload);
      default:
        return takeError(payload);
    }
  }

  return createDecoder({
    framing: RUNNER_FRAME,
    admit(header) {
      const verdict = admit(header);
      if (verdict === 'skip') onDropped();
      return verdict;
    },
    inspect,
    onMessage,
    onStop: onDropped,
  });
}
