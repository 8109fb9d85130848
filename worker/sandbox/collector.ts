/**
 * Gathers what a run shows, in order and within its limits. It holds no more than the limits, a record that still
 * arrives counted among them, however much the run writes and in whatever pieces.
 */
import type { TextStream, Truncated } from '../../shared/contracts/execution.ts';
import { FILES_COUNT_MAX, OUTPUTS_BYTES_MAX, OUTPUTS_COUNT_MAX } from '../../shared/contracts/limits.ts';
import type { PackedOutput, PostedOutput } from '../../shared/contracts/packed-json.ts';
import { createBoundedText, cutToBytes } from './bounded-text.ts';
import { createRecordReader, type ErrorPayload } from './records.ts';
import type { Pipe } from './supervisor-frames.ts';

/** Of each text of an error. Kept apart from the outputs' budget, so that pictures never crowd out a failure's reason. */
const ERROR_TEXT_BYTES_MAX = 64 * 1024;

export type Collected = {
  readonly outputs: readonly PostedOutput[];
  readonly truncated: Truncated;
  /** The uncaught exception that the child told of, if any. */
  readonly error: { readonly name: string } | null;
};

/** An output whose text is still in the buffer of all text: where it begins there, and where it ends. */
type GatheredText = { readonly type: 'gathered'; readonly stream: TextStream; readonly from: number; to: number };

function boundedError(error: ErrorPayload): ErrorPayload {
  const cut = (text: string) => cutToBytes(text, ERROR_TEXT_BYTES_MAX);
  return {
    name: cut(error.name),
    value: cut(error.value),
    traceback: cut(error.traceback),
    ...(error.hint !== undefined && { hint: cut(error.hint) }),
  };
}

/** @param onOutput told of every output, or piece of text, as soon as the bytes that were pushed are read */
export function createCollector(onOutput: (output: PostedOutput) => void) {
  const outputs: (GatheredText | Exclude<PostedOutput, { type: 'text' }>)[] = [];
  const truncated = { stdout: false, stderr: false, outputs: false };
  const decoders = { fd1: new TextDecoder(), fd2: new TextDecoder() };
  const text = createBoundedText();
  let structuredBytes = 0;
  let files = 0;
  let error: ErrorPayload | null = null;
  /** Up to where `onOutput` was told of the text. */
  let toldTo = 0;

  function tellText(): void {
    const last = outputs.at(-1);
    if (last?.type !== 'gathered' || last.to === toldTo) return;
    onOutput({ type: 'text', stream: last.stream, text: text.read(Math.max(last.from, toldTo), last.to) });
    toldTo = last.to;
  }

  function add(output: Exclude<PostedOutput, { type: 'text' }>): void {
    tellText();
    outputs.push(output);
    onOutput(output);
  }

  function addText(stream: TextStream, added: string): void {
    if (added === '') return;
    const last = outputs.at(-1);
    const joined = last?.type === 'gathered' && last.stream === stream ? last : undefined;
    if (joined === undefined && outputs.length >= OUTPUTS_COUNT_MAX) text.close();
    const from = text.bytes();
    text.add(added);
    truncated[stream] ||= text.isFull();
    const to = text.bytes();
    if (joined !== undefined) joined.to = to;
    else if (to > from) {
      tellText();
      outputs.push({ type: 'gathered', stream, from, to });
    }
  }

  function addBytes(stream: TextStream, bytes: Buffer, decode: () => string): void {
    if (!text.isFull()) addText(stream, decode());
    else if (bytes.length > 0) truncated[stream] = true;
  }

  /** @param recordBytes what it takes of the room for outputs */
  function addPacked(output: PackedOutput, recordBytes: number): void {
    structuredBytes += recordBytes;
    add(output);
  }

  const roomBytes = () => (outputs.length < OUTPUTS_COUNT_MAX ? OUTPUTS_BYTES_MAX - structuredBytes : -1);

  const records = createRecordReader({
    bundleBytesMax: roomBytes,
    fileBytesMax: () => (files < FILES_COUNT_MAX ? roomBytes() : -1),
    onText(stream, bytes) {
      addBytes(stream, bytes, () => bytes.toString('utf8'));
    },
    onBundle(output) {
      addPacked(output, output.data.length);
    },
    onFile(output, recordBytes) {
      files += 1;
      addPacked(output, recordBytes);
    },
    onError(told) {
      error = boundedError(told);
      add({ type: 'error', ...error });
    },
    onDropped() {
      truncated.outputs = true;
    },
  });

  return {
    push(pipe: Pipe, bytes: Buffer): void {
      if (pipe === 'records') records.push(bytes);
      else addBytes(pipe === 'fd1' ? 'stdout' : 'stderr', bytes, () => decoders[pipe].decode(bytes, { stream: true }));
      tellText();
    },
    /** Call it once, after the last bytes. */
    finish(): Collected {
      addText('stdout', decoders.fd1.decode());
      addText('stderr', decoders.fd2.decode());
      tellText();
      return {
        outputs: outputs.map((output) =>
          output.type === 'gathered'
            ? { type: 'text', stream: output.stream, text: text.read(output.from, output.to) }
            : output,
        ),
        truncated,
        error,
      };
    },
  };
}
