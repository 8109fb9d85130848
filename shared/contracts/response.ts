/** What an organization sends to get a response, and what it gets back. Requests may hold more: that is told, not refused. */
import { z } from 'zod';
import { Metadata } from './execution.ts';
import { AssistantId, OrganizationId, ResponseId } from './ids.ts';
import {
  ASSISTANT_INSTRUCTIONS_BYTES_MAX,
  MESSAGE_PARTS_MAX,
  MODEL_NAME_CHARACTERS_MAX,
  OUTPUT_TOKENS_MAX,
  RESPONSE_MESSAGES_MAX,
  RESPONSE_STEPS_DEFAULT,
  RESPONSE_STEPS_MAX,
  RESPONSE_TOOLS_MAX,
  THREAD_ID_CHARACTERS_MAX,
} from './limits.ts';
import { ResponseItem } from './response-item.ts';
import { storableText } from './text.ts';

const ID_CHARACTERS_MAX = 128;
const givenId = z.string().min(1).max(ID_CHARACTERS_MAX);

export const InputPart = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
export type InputPart = z.infer<typeof InputPart>;

export const InputMessage = z.looseObject({
  role: z.enum(['user', 'assistant', 'system', 'developer']).default('user'),
  content: z
    .union([z.string(), z.array(InputPart).max(MESSAGE_PARTS_MAX)])
    .nullish()
    .describe(
      'Text, or parts: `{"type":"text","text":…}`, `{"type":"file","file_id":…}`, `{"type":"image","image_url":"data:…"}`.',
    ),
  texts: z.array(InputPart).max(MESSAGE_PARTS_MAX).nullish().describe('Another way to write parts that are texts.'),
});
export type InputMessage = z.infer<typeof InputMessage>;

/** What a model may be told and how it may answer: for requests and assistants alike. */
export const modelFields = {
  model: z.string().min(1).max(MODEL_NAME_CHARACTERS_MAX).nullish(),
  instructions: storableText(ASSISTANT_INSTRUCTIONS_BYTES_MAX).nullish(),
  tools: z
    .union([z.array(z.looseObject({ type: z.string() })).max(RESPONSE_TOOLS_MAX), z.record(z.string(), z.unknown())])
    .nullish()
    .describe(
      '`[{"type":"code_interpreter","mode":"auto","outputs":true}]`; modes are `auto`, `on`, `off`. `{"type":"file_retrieval"}` gives files to code and model.',
    ),
  system_tools: z.unknown().optional().describe('Another way to write `tools`.'),
  tool_configurations: z.unknown().optional().describe('Another way to write `tools`.'),
  temperature: z.number().min(0).max(2).nullish(),
  max_output_tokens: z.int().min(1).max(OUTPUT_TOKENS_MAX).nullish().describe('Of each step of the model.'),
  max_steps: z
    .int()
    .min(1)
    .max(RESPONSE_STEPS_MAX)
    .nullish()
    .describe(`Calls of the model; ${String(RESPONSE_STEPS_DEFAULT)} if left out.`),
  metadata: Metadata.nullish(),
};

export const CreateResponse = z
  .looseObject({
    organization_id: z.string().max(ID_CHARACTERS_MAX).nullish().describe("If given, it must be the key's own."),
    assistant_id: givenId.nullish(),
    inputs: z.union([z.string().min(1), z.array(InputMessage).min(1).max(RESPONSE_MESSAGES_MAX)]),
    ...modelFields,
    max_output_synapses: z
      .int()
      .min(1)
      .max(OUTPUT_TOKENS_MAX)
      .nullish()
      .describe('Another name of `max_output_tokens`.'),
    previous_response_id: givenId.nullish().describe('Goes on after that response.'),
    thread_id: z
      .string()
      .regex(/^[\w.:-]+$/, 'must be letters, digits and _ . : -')
      .max(THREAD_ID_CHARACTERS_MAX)
      .nullish()
      .describe('Any name of yours: goes on after the newest responses with the same.'),
    stream: z.boolean().nullish().describe('Answer with server-sent events.'),
    background: z
      .boolean()
      .nullish()
      .describe('Answer at once with the status `queued`; the response is made without anybody waiting for it.'),
    live_output: z.boolean().nullish().describe('Tell in the stream what code writes while it runs.'),
  })
  .meta({ id: 'CreateResponse' });
export type CreateResponse = z.infer<typeof CreateResponse>;

const Time = z.iso.datetime();

const summary = {
  id: ResponseId,
  object: z.literal('response'),
  organization_id: OrganizationId,
  assistant_id: AssistantId.nullable(),
  previous_response_id: ResponseId.nullable(),
  thread_id: z.string().nullable(),
  model: z.string(),
  status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
  background: z.boolean(),
  created_at: Time,
  completed_at: Time.nullable(),
  usage: z
    .strictObject({ input_tokens: z.number(), output_tokens: z.number(), total_tokens: z.number() })
    .nullable()
    .describe('Null until the end.'),
  error: z
    .strictObject({ code: z.string(), message: z.string() })
    .nullable()
    .describe('Why it failed, or is incomplete.'),
  metadata: z.record(z.string(), z.string()),
  warnings: z.array(z.string()).describe('What of the request was not understood, and not used.'),
};

/** A response as lists show it: without its output. */
export const ResponseSummary = z.strictObject(summary).meta({ id: 'ResponseSummary' });

export const Response = z.strictObject({ ...summary, output: z.array(ResponseItem) }).meta({ id: 'Response' });

export const ResponseList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(ResponseSummary),
    has_more: z.boolean(),
    first_id: ResponseId.nullable(),
    last_id: ResponseId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'ResponseList' });

export const DeletedResponse = z
  .strictObject({ id: ResponseId, object: z.literal('response'), deleted: z.literal(true) })
  .meta({ id: 'DeletedResponse' });
