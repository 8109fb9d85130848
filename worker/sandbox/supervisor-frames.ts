/** The frames between worker and supervisor as values: `sandbox-image/PROTOCOL.md`. */
import { z } from 'zod';
import type { FigureFormat } from '../../shared/contracts/execution.ts';
import { encodeFrame, encodeHead } from './framing.ts';

/** A frame of the supervisor never holds more than a pipe's worth of bytes. */
export const SUPERVISOR_FRAME_BYTES_MAX = 64 * 1024;

export const Hello = z.object({
  protocol: z.literal(1),
  python: z.string(),
  /** Landlock's ABI; 0 where the kernel has none. */
  landlock: z.int(),
  zygotes: z.array(z.string()),
  /** Whether a run may bring files: a runner that knows of none would run the code without them. */
  input_files: z.boolean().default(false),
});
export type Hello = z.infer<typeof Hello>;

export const Ended = z.object({
  run: z.string(),
  cause: z.enum(['exited', 'timed_out', 'output_limit', 'cancelled', 'lost']),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  oom: z.boolean(),
  wall_ms: z.number(),
  cpu_ms: z.number(),
  memory_peak_bytes: z.int(),
});
export type Ended = z.infer<typeof Ended>;

export const Clean = z.object({ run: z.string(), clean: z.boolean(), detail: z.string().nullish() });
export type Clean = z.infer<typeof Clean>;

const Started = z.object({ run: z.string() });

/** Which pipe of the run the bytes came from: its records, its fd 1, its fd 2. */
export type Pipe = 'records' | 'fd1' | 'fd2';

export type SupervisorFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'started'; readonly run: string }
  | { readonly kind: 'bytes'; readonly pipe: Pipe; readonly bytes: Buffer }
  | { readonly kind: 'ended'; readonly ended: Ended }
  | { readonly kind: 'clean'; readonly clean: Clean };

const json = (payload: Buffer): unknown => JSON.parse(payload.toString('utf8'));

/** @throws when the type is unknown or the payload does not fit it: the sandbox cannot be trusted any more */
export function parseSupervisorFrame(type: number, payload: Buffer): SupervisorFrame {
  switch (String.fromCharCode(type)) {
    case 'r':
      return { kind: 'bytes', pipe: 'records', bytes: payload };
    case 'o':
      return { kind: 'bytes', pipe: 'fd1', bytes: payload };
    case 'e':
      return { kind: 'bytes', pipe: 'fd2', bytes: payload };
    case 'H':
      return { kind: 'hello', hello: Hello.parse(json(payload)) };
    case 'S':
      return { kind: 'started', run: Started.parse(json(payload)).run };
    case 'E':
      return { kind: 'ended', ended: Ended.parse(json(payload)) };
    case 'C':
      return { kind: 'clean', clean: Clean.parse(json(payload)) };
    default:
      throw new Error(`Unknown frame type ${String(type)} from the supervisor`);
  }
}

/** A file that a run finds at `/mnt/data/<name>`. */
export type RunFile = {
  readonly name: string;
  readonly sizeBytes: number;
  /** The content from its start, in pieces of at most {@link FILE_FRAME_BYTES_MAX} that nobody writes to again. */
  readonly chunks: () => AsyncIterable<Buffer>;
};

/** Of one frame with bytes of a file. */
export const FILE_FRAME_BYTES_MAX = 256 * 1024;

export type RunRequest = {
  readonly run: string;
  readonly code: string;
  readonly stdin: string;
  readonly timeoutMs: number;
  readonly floodBytesMax: number;
  /** `png` if left out. */
  readonly figureFormat?: FigureFormat | undefined;
  readonly files?: readonly RunFile[] | undefined;
};

export function encodeRun(request: RunRequest): Buffer {
  const { run, code, stdin, timeoutMs, floodBytesMax, figureFormat } = request;
  const limits = { timeout_ms: timeoutMs, flood_bytes_max: floodBytesMax };
  const files = request.files?.map(({ name, sizeBytes }) => ({ name, size_bytes: sizeBytes }));
  const fields = { run, code, stdin, ...limits, figure_format: figureFormat, files };
  return encodeFrame('R', Buffer.from(JSON.stringify(fields)));
}

export function encodeKill(run: string): Buffer {
  return encodeFrame('K', Buffer.from(JSON.stringify({ run, cause: 'cancelled' })));
}

/** What stands before bytes of a file, so that those go out as they are. */
export function fileFrameHead(bytes: number): Buffer {
  return encodeHead('D', bytes);
}
