/** What clients of `/v1/responses` send and read. Requests may hold more: that is told, not refused. */
import { z } from 'zod';
import { ResponseId } from './ids.ts';
import { RESPONSE_MESSAGES_MAX, RESPONSE_TOOLS_MAX } from './limits.ts';
import { modelFields } from './response.ts';
import { CALL_STATUSES } from './response-item.ts';

const INCLUDED_MAX = 64;

/** Ask for it to get what code gave. */
export const INCLUDE_OUTPUTS = 'code_interpreter_call.outputs';

const Named = z.looseObject({ type: z.string() });

/** A message, or something that came of an earlier response. */
export const InputItem = z.looseObject({ type: z.string().optional() });
export type InputItem = z.infer<typeof InputItem>;

export const EarlierCall = z.looseObject({
  type: z.literal('code_interpreter_call'),
  id: z.string().min(1),
  code: z.string().nullish(),
  outputs: z.array(z.looseObject({ type: z.string() })).nullish(),
});
export type EarlierCall = z.infer<typeof EarlierCall>;

/** A choice among some of the tools of a request. */
export const AllowedTools = z.looseObject({
  type: z.literal('allowed_tools'),
  mode: z.enum(['auto', 'required']),
  tools: z.array(Named).max(RESPONSE_TOOLS_MAX),
});

const { model, instructions, temperature, max_output_tokens, metadata } = modelFields;

export const CreateOpenAiResponse = z
  .looseObject({
    input: z
      .union([z.string().min(1), z.array(InputItem).min(1).max(RESPONSE_MESSAGES_MAX)])
      .describe('Text, or messages and items of earlier responses.'),
    ...{ model, instructions, temperature, max_output_tokens, metadata },
    tools: z
      .array(Named)
      .max(RESPONSE_TOOLS_MAX)
      .nullish()
      .describe('`[{"type":"code_interpreter","container":{"type":"auto","file_ids":[…]}}]`'),
    tool_choice: z
      .union([z.string(), Named])
      .nullish()
      .describe(
        '`auto`, `none`, or `required`: code always runs before the answer. ' +
          '`{"type":"allowed_tools","mode":"auto","tools":[…]}` names those of `tools` that may be used.',
      ),
    include: z.array(z.string()).max(INCLUDED_MAX).nullish().describe(`\`${INCLUDE_OUTPUTS}\` for what code gave.`),
    previous_response_id: z.string().min(1).max(128).nullish().describe('Goes on after that response.'),
    stream: z.boolean().nullish().describe('Answer with server-sent events.'),
    background: z.boolean().nullish().describe('Answer at once, and make the response without the client.'),
  })
  .meta({ id: 'CreateCompatibleResponse' });
export type CreateOpenAiResponse = z.infer<typeof CreateOpenAiResponse>;

const Annotated = z.looseObject({ type: z.literal('output_text'), text: z.string() });

const Item = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('code_interpreter_call'),
    id: z.string(),
    status: z.enum(CALL_STATUSES),
    code: z.string(),
    container_id: z.string().describe('Every block of code runs on its own; the id stands for the response.'),
    outputs: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('logs'), logs: z.string() }),
          z.strictObject({ type: z.literal('image'), url: z.string().describe('A `data:` URL.') }),
        ]),
      )
      .nullable()
      .describe(`Null unless \`include\` names \`${INCLUDE_OUTPUTS}\`.`),
  }),
  z.strictObject({
    type: z.literal('message'),
    id: z.string(),
    status: z.enum(['in_progress', 'completed', 'incomplete']),
    role: z.literal('assistant'),
    content: z.array(Annotated),
  }),
]);

/** For the document and for tests: fields that never change here are left out. */
export const OpenAiResponse = z
  .looseObject({
    id: ResponseId,
    object: z.literal('response'),
    created_at: z.int().describe('Seconds since 1970.'),
    completed_at: z.int().nullish(),
    status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    background: z.boolean(),
    error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.looseObject({ reason: z.string().optional() }).nullable(),
    instructions: z.string().nullable(),
    max_output_tokens: z.int().nullable(),
    metadata: z.record(z.string(), z.string()),
    model: z.string(),
    output: z.array(Item),
    previous_response_id: ResponseId.nullable(),
    temperature: z.number().nullable(),
    usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number(), total_tokens: z.number() }).nullable(),
    warnings: z
      .array(z.string())
      .optional()
      .describe('What of the request was not understood, and not used; left out where there is nothing.'),
  })
  .meta({ id: 'CompatibleResponse' });

const InputContent = z.looseObject({ type: z.enum(['input_text', 'input_image', 'output_text']) });

export const ResponseInputItem = z.union([
  z.strictObject({
    id: z.string(),
    type: z.literal('message'),
    role: z.enum(['user', 'assistant']),
    status: z.literal('completed'),
    content: z.array(InputContent),
  }),
  z.looseObject({ id: z.string(), type: z.literal('code_interpreter_call') }),
]);
