/** What an organization sends and gets back: an execution, its outputs and its events' payloads. */
import { z } from 'zod';
import { ExecutionId, OrganizationId, ResponseId } from './ids.ts';
import { AskedFile, ShownInputFile } from './input-file.ts';
import {
  CODE_BYTES_MAX,
  INPUT_FILES_COUNT_MAX,
  MEMORY_MIB_MAX,
  MEMORY_MIB_MIN,
  METADATA_KEYS_MAX,
  METADATA_KEY_CHARACTERS_MAX,
  METADATA_VALUE_CHARACTERS_MAX,
  STDIN_BYTES_MAX,
  TIMEOUT_MS_MAX,
  TIMEOUT_MS_MIN,
} from './limits.ts';
import { ExecutionStatus, ExitReason } from './statuses.ts';
import { storableText } from './text.ts';
import { WebhookUrl } from './webhook-url.ts';

export const Isolation = z.enum(['organization', 'fresh']);
export type Isolation = z.infer<typeof Isolation>;

/** Keys are counted before any is looked at: with too many, none is. */
export const Metadata = z.preprocess(
  (metadata, context) => {
    if (hasTooManyKeys(metadata)) context.addIssue(`at most ${String(METADATA_KEYS_MAX)} keys are allowed`);
    return metadata;
  },
  z.record(
    z
      .string()
      .min(1)
      .max(METADATA_KEY_CHARACTERS_MAX)
      .pipe(storableText(METADATA_KEY_CHARACTERS_MAX * 4)),
    z
      .string()
      .max(METADATA_VALUE_CHARACTERS_MAX)
      .pipe(storableText(METADATA_VALUE_CHARACTERS_MAX * 4)),
  ),
);

function hasTooManyKeys(metadata: unknown): boolean {
  return metadata !== null && typeof metadata === 'object' && Object.keys(metadata).length > METADATA_KEYS_MAX;
}

export const FigureFormat = z.enum(['png', 'svg']);
export type FigureFormat = z.infer<typeof FigureFormat>;

export const CreateExecution = z
  .strictObject({
    code: storableText(CODE_BYTES_MAX).refine((code) => code.trim() !== '', { error: 'must not be empty' }),
    language: z.literal('python').default('python'),
    timeout_ms: z.int().min(TIMEOUT_MS_MIN).max(TIMEOUT_MS_MAX).optional(),
    memory_mb: z.int().min(MEMORY_MIB_MIN).max(MEMORY_MIB_MAX).optional().describe('In MiB.'),
    isolation: Isolation.optional().describe('A request may only tighten what the service is set to.'),
    stdin: storableText(STDIN_BYTES_MAX).optional(),
    figure_format: FigureFormat.optional().describe('How matplotlib figures are shown; `png` if left out.'),
    files: z
      .array(AskedFile)
      .max(INPUT_FILES_COUNT_MAX)
      .optional()
      .describe('Files that the code finds at `/mnt/data`, read-only. They may be 200 MiB together.'),
    callback_url: WebhookUrl.optional().describe(
      'Where the finished execution is posted to, signed with the secret of `GET /v1/webhooks/secret`.',
    ),
    metadata: Metadata.optional(),
    cancel_on_disconnect: z.boolean().default(false),
    organization_id: OrganizationId.optional().describe("If given, it must be the key's own."),
  })
  .meta({ id: 'CreateExecution' });
export type CreateExecution = z.infer<typeof CreateExecution>;

/** Representations of one value by media type; pictures are base64. */
export const MimeBundle = z.record(z.string(), z.string());
export type MimeBundle = z.infer<typeof MimeBundle>;

export const TextStream = z.enum(['stdout', 'stderr']);
export type TextStream = z.infer<typeof TextStream>;

export const Output = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), stream: TextStream, text: z.string() }),
    z.strictObject({ type: z.literal('result'), data: MimeBundle }),
    z.strictObject({ type: z.literal('display'), data: MimeBundle }),
    z.strictObject({
      type: z.literal('error'),
      name: z.string(),
      value: z.string(),
      traceback: z.string(),
      hint: z.string().optional().describe('What to do instead, where the sandbox is the cause.'),
    }),
    z.strictObject({
      type: z.literal('file'),
      name: z.string(),
      mime_type: z.string(),
      size_bytes: z.int().describe('Of the content, not of its base64.'),
      content_base64: z.string(),
    }),
  ])
  .meta({ id: 'Output' });
export type Output = z.infer<typeof Output>;

export const Exit = z.strictObject({
  reason: ExitReason,
  code: z.int().nullable(),
  signal: z.string().nullable(),
});
export type Exit = z.infer<typeof Exit>;

/** How an execution ended, as it is shown. */
export const ShownExit = Exit.extend({
  hint: z.string().optional().describe('What to do, where the code was ended rather than failed.'),
});
export type ShownExit = z.infer<typeof ShownExit>;

export const Truncated = z.strictObject({ stdout: z.boolean(), stderr: z.boolean(), outputs: z.boolean() });
export type Truncated = z.infer<typeof Truncated>;

export const Usage = z.strictObject({
  queue_ms: z.number().describe('From acknowledged to taken by a worker.'),
  start_ms: z.number().describe('From taken to the first line of code.'),
  wall_ms: z.number(),
  cpu_ms: z.number(),
  memory_peak_bytes: z.int(),
});
export type Usage = z.infer<typeof Usage>;

const Time = z.iso.datetime();

const summary = {
  id: ExecutionId,
  object: z.literal('execution'),
  organization_id: OrganizationId,
  status: ExecutionStatus,
  language: z.literal('python'),
  isolation: Isolation,
  timeout_ms: z.int(),
  memory_mb: z.int(),
  figure_format: FigureFormat,
  files: z.array(ShownInputFile),
  exit: ShownExit.nullable(),
  truncated: Truncated,
  usage: Usage.nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  attempt: z.int().describe('0 until a worker took it; higher than 1 after a lost worker.'),
  metadata: z.record(z.string(), z.string()),
  response_id: ResponseId.nullable().describe('The response that had the code run.'),
  callback_url: z.string().optional(),
};

/** An execution as lists show it: without code and outputs. */
export const ExecutionSummary = z.strictObject(summary).meta({ id: 'ExecutionSummary' });
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

export const Execution = z
  .strictObject({ ...summary, code: z.string(), stdout: z.string(), stderr: z.string(), outputs: z.array(Output) })
  .meta({ id: 'Execution' });
export type Execution = z.infer<typeof Execution>;
