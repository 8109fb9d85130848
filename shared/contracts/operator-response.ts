/** What operators see of responses, of whichever organization. */
import { z } from 'zod';
import { ExecutionId, FileId, ResponseId } from './ids.ts';
import { Response, ResponseSummary } from './response.ts';
import { ExecutionStatus, ExitReason } from './statuses.ts';

const carriage = {
  steps: z.int().describe('Calls of the model.'),
  started_at: z.iso.datetime().nullable(),
  cancel_requested_at: z.iso.datetime().nullable(),
};

export const OperatorResponseSummary = ResponseSummary.extend(carriage).meta({ id: 'OperatorResponseSummary' });
export type OperatorResponseSummary = z.infer<typeof OperatorResponseSummary>;

const InputPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image'), url: z.string().describe('A `data:` URL.') }),
]);

export const ResponseInput = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(InputPart) });
export type ResponseInput = z.infer<typeof ResponseInput>;

/** An execution that the response had run. */
export const ResponseRun = z
  .strictObject({
    execution_id: ExecutionId,
    status: ExecutionStatus,
    exit_reason: ExitReason.nullable(),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    queue_ms: z.number().nullable(),
    wall_ms: z.number().nullable(),
    cpu_ms: z.number().nullable(),
  })
  .meta({ id: 'ResponseRun' });
export type ResponseRun = z.infer<typeof ResponseRun>;

/** What asking the model for one step took. */
export const ModelStep = z
  .strictObject({
    item_ids: z
      .array(z.string())
      .describe('Of `output`: what came of it. The code among them says which execution ran it.'),
    model_ms: z.number().describe('From the first attempt to the end of the answer.'),
    first_token_ms: z.number().nullable().describe('Of the last attempt, until its answer began; null where none did.'),
    attempts: z.int(),
    input_tokens: z.number().nullable().describe('Null where the answer did not come to its end.'),
    output_tokens: z.number().nullable(),
  })
  .meta({ id: 'ModelStep' });
export type ModelStep = z.infer<typeof ModelStep>;

/** A file of the request, of its assistant or of the conversation before. */
export const ResponseFile = z
  .strictObject({
    file_id: FileId,
    name: z.string(),
    size_bytes: z.int(),
    mime_type: z.string(),
    given_to: z
      .array(z.enum(['code', 'model']))
      .describe('Code finds it at `/mnt/data` under its name; the model looks at pictures.'),
  })
  .meta({ id: 'ResponseFile' });
export type ResponseFile = z.infer<typeof ResponseFile>;

export const OperatorResponse = Response.extend({
  ...carriage,
  instructions: z.string().nullable(),
  guidance: z.string().describe('The instructions of the assistant and what system messages said.'),
  input: z.array(ResponseInput).describe('What the request said; what came before stands in the responses before.'),
  files: z.array(ResponseFile).describe('Its own, its assistant’s and those of the responses before.'),
  model_steps: z
    .array(ModelStep)
    .describe('Oldest first, also those that failed or were taken again; none for responses of earlier versions.'),
  runs: z.array(ResponseRun).describe('Oldest first; those whose executions are still kept.'),
  earlier_ids: z.array(ResponseId).describe('The responses that it goes on from, oldest first; at most 50.'),
}).meta({ id: 'OperatorResponse' });
export type OperatorResponse = z.infer<typeof OperatorResponse>;

export const OperatorResponseList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(OperatorResponseSummary),
    has_more: z.boolean(),
    first_id: ResponseId.nullable(),
    last_id: ResponseId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'OperatorResponseList' });
