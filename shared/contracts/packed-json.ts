/**
 * The JSON of what a worker posts. A bundle is still the JSON text that the code sent, and a file's content the base64,
 * checked and not unpacked: eight MiB of it cost the worker no more than a copy. Pure.
 */
import type { LiveEvent } from './events.ts';
import type { Output } from './execution.ts';
import type { RunFinished, RunStarted } from './result.ts';

export type PackedBundle = {
  readonly type: 'result' | 'display';
  /** The JSON of a mime bundle, in UTF-8. */
  readonly data: Uint8Array;
};

export type PackedFile = Omit<Extract<Output, { type: 'file' }>, 'content_base64'> & {
  /** Base64 in ASCII: it is JSON as it stands. */
  readonly content: Uint8Array;
};

export type PackedOutput = PackedBundle | PackedFile;

/** An output as a worker has it; a reader gets an `Output`. */
export type PostedOutput = Output | PackedOutput;

export type PostedFinish = Omit<RunFinished, 'outputs'> & { readonly outputs: readonly PostedOutput[] };
export type PostedReport = RunStarted | PostedFinish;

export type PostedEvent =
  | Extract<LiveEvent, { type: 'started' }>
  | (Omit<Extract<LiveEvent, { type: 'output' }>, 'output'> & { readonly output: PostedOutput });

/** The JSON of a `RunReport`. */
export function encodeReport(report: PostedReport): Buffer {
  if (report.kind === 'started') return encode(report);
  const { outputs, ...rest } = report;
  return withMember(rest, 'outputs', [Buffer.from('['), ...separated(outputs.map(partsOf)), Buffer.from(']')]);
}

/** The JSON of a `LiveEvent`. */
export function encodeEvent(event: PostedEvent): Buffer {
  if (event.type === 'started') return encode(event);
  const { output, ...rest } = event;
  return withMember(rest, 'output', partsOf(output));
}

/** Whether its bundle is still JSON, or its content bytes. */
export function isPacked(output: PostedOutput): output is PackedOutput {
  return 'content' in output || ('data' in output && output.data instanceof Uint8Array);
}

function partsOf(output: PostedOutput): Uint8Array[] {
  if (!isPacked(output)) return [encode(output)];
  if (output.type !== 'file') return [Buffer.from(`{"type":"${output.type}","data":`), output.data, Buffer.from('}')];
  const { content, ...described } = output;
  return [withoutEnd(described, 'content_base64'), Buffer.from('"'), content, Buffer.from('"}')];
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function separated(items: readonly (readonly Uint8Array[])[]): Uint8Array[] {
  const comma = Buffer.from(',');
  return items.flatMap((parts, index) => (index === 0 ? parts : [comma, ...parts]));
}

/** A JSON object of at least one member, and one more whose JSON is given. */
function withMember(object: object, name: string, json: readonly Uint8Array[]): Buffer {
  return Buffer.concat([withoutEnd(object, name), ...json, Buffer.from('}')]);
}

/** The same up to where the JSON of the further member begins. */
function withoutEnd(object: object, name: string): Buffer {
  return Buffer.from(`${JSON.stringify(object).slice(0, -1)},"${name}":`);
}
