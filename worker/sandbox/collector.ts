/**
 * Gathers what a run shows, in order and within its limits. It holds no more than the limits plus one record,
 * however much the run writes.
 */
import type { Output, TextStream, Truncated } from '../../shared/contracts/execution.ts';
import { OUTPUTS_BYTES_MAX, OUTPUTS_COUNT_MAX, TEXT_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { createRecordReader, type ChildRecord, type ErrorPayload } from './records.ts';
import type { Pipe } from './supervisor-frames.ts';

/** Kept apart from the outputs' budget, so that pictures never crowd out the reason of a failure. */
const ERROR_CHARACTERS_MAX = 64 * 1024;

export type Collected = {
  readonly outputs: readonly Output[];
  readonly truncated: Truncated;
  /** The uncaught exception that the child told of, if any. */
  readonly error: { readonly name: string } | null;
};

/** The longest start of `text` that is at most `bytesMax` bytes of UTF-8, never half a character. */
export function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = Math.max(bytesMax, 0);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function boundedError(error: ErrorPayload): ErrorPayload {
  const cut = (text: string) => cutToBytes(text, ERROR_CHARACTERS_MAX);
  return { name: cut(error.name), value: cut(error.value), traceback: cut(error.traceback) };
}

/** @param onOutput told of every output, or piece of text, as soon as it is admitted */
export function createCollector(onOutput: (output: Output) => void) {
  const outputs: Output[] = [];
  const truncated = { stdout: false, stderr: false, outputs: false };
  const decoders = { fd1: new TextDecoder(), fd2: new TextDecoder() };
  let textBytes = 0;
  // Set by the first cut: text after a gap would read as if nothing were missing.
  let textFull = false;
  let structuredBytes = 0;
  let error: ErrorPayload | null = null;

  function add(output: Output): void {
    outputs.push(output);
    onOutput(output);
  }

  function addText(stream: TextStream, text: string): void {
    if (text === '') return;
    const last = outputs.at(-1);
    const joins = last?.type === 'text' && last.stream === stream;
    const kept =
      textFull || (!joins && outputs.length >= OUTPUTS_COUNT_MAX) ? '' : cutToBytes(text, TEXT_BYTES_MAX - textBytes);
    if (kept.length < text.length) {
      truncated[stream] = true;
      textFull = true;
    }
    if (kept === '') return;
    textBytes += Buffer.byteLength(kept);
    if (joins) {
      outputs[outputs.length - 1] = { ...last, text: last.text + kept };
      onOutput({ type: 'text', stream, text: kept });
    } else {
      add({ type: 'text', stream, text: kept });
    }
  }

  function addBundle(record: Extract<ChildRecord, { type: 'result' | 'display' }>): void {
    if (structuredBytes + record.bytes > OUTPUTS_BYTES_MAX || outputs.length >= OUTPUTS_COUNT_MAX) {
      truncated.outputs = true;
      return;
    }
    structuredBytes += record.bytes;
    add({ type: record.type, data: record.data });
  }

  function addRecord(record: ChildRecord): void {
    switch (record.type) {
      case 'text':
        return addText(record.stream, record.text);
      case 'result':
      case 'display':
        return addBundle(record);
      case 'error':
        // The runner tells of one; any further one is the code's own invention.
        if (error !== null) return;
        error = boundedError(record.error);
        return add({ type: 'error', ...error });
    }
  }

  const records = createRecordReader({
    onRecord: addRecord,
    onDropped: () => {
      truncated.outputs = true;
    },
  });

  return {
    push(pipe: Pipe, bytes: Buffer): void {
      if (pipe === 'records') records.push(bytes);
      else addText(pipe === 'fd1' ? 'stdout' : 'stderr', decoders[pipe].decode(bytes, { stream: true }));
    },
    /** Call it once, after the last bytes. */
    finish(): Collected {
      addText('stdout', decoders.fd1.decode());
      addText('stderr', decoders.fd2.decode());
      return { outputs, truncated, error };
    },
  };
}
