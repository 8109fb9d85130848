/**
 * The child's records, checked. Everything here is hostile: a record that breaks the framing ends the reading, one that
 * is too large or not what it says is dropped. Bundles stay the bytes that came; nothing of a run is parsed but its
 * first error, which has a limit of its own.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { TextStream } from '../../shared/contracts/execution.ts';
import type { PackedOutput } from '../../shared/contracts/packed-json.ts';
import { createBundleScanner } from './bundle-scan.ts';
import { createDecoder, RUNNER_FRAME, type Header } from './framing.ts';

const TEXT_RECORD_BYTES_MAX = 64 * 1024;
/** Several times what the runner makes of the worst exception, with every character escaped. */
const ERROR_RECORD_BYTES_MAX = 1024 * 1024;

/** JSON can spell lone surrogates, which UTF-8 cannot hold: they become U+FFFD. */
const Text = z.string().transform((text) => text.toWellFormed());

const ErrorPayload = z.object({ name: Text, value: Text, traceback: Text });
export type ErrorPayload = z.infer<typeof ErrorPayload>;

export type RecordReaderOptions = {
  /** How long a bundle may be now; a longer one is dropped unread. */
  readonly bundleBytesMax: () => number;
  /** The bytes are good until the call returns. */
  readonly onText: (stream: TextStream, bytes: Buffer) => void;
  readonly onBundle: (output: PackedOutput) => void;
  readonly onError: (error: ErrorPayload) => void;
  /** A result, display or error was dropped: too large, or not what it says. */
  readonly onDropped: () => void;
};

const letter = (character: string) => character.charCodeAt(0);
const [STDOUT, STDERR, RESULT, DISPLAY, ERROR] = [letter('o'), letter('e'), letter('v'), letter('d'), letter('x')];

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
  const { bundleBytesMax, onText, onBundle, onError, onDropped } = options;
  let scanner = createBundleScanner();
  let sawError = false;

  function admit({ type, length }: Header): 'take' | 'skip' | 'stop' {
    switch (type) {
      case STDOUT:
      case STDERR:
        return length <= TEXT_RECORD_BYTES_MAX ? 'take' : 'stop';
      case RESULT:
      case DISPLAY:
        scanner = createBundleScanner();
        return length <= bundleBytesMax() ? 'take' : 'skip';
      case ERROR:
        // The runner tells of one; any further one is the code's own invention.
        return !sawError && length <= ERROR_RECORD_BYTES_MAX ? 'take' : 'skip';
      default:
        return 'stop';
    }
  }

  function inspect(type: number, soFar: Buffer): boolean {
    if (type !== RESULT && type !== DISPLAY) return true;
    const isGood = scanner.scan(soFar);
    if (!isGood) onDropped();
    return isGood;
  }

  function takeBundle(type: 'result' | 'display', payload: Buffer): void {
    if (scanner.isWhole() && isUtf8(payload)) onBundle({ type, data: withoutItsChunk(payload) });
    else onDropped();
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
