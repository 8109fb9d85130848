/** What a response is made of: code that was run, and what the assistant says. */
import { z } from 'zod';
import { ExecutionId } from './ids.ts';

export const CallOutput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image'), url: z.string().describe('A `data:` URL.') }),
]);
export type CallOutput = z.infer<typeof CallOutput>;

export const CALL_STATUSES = ['in_progress', 'interpreting', 'completed', 'incomplete', 'failed'] as const;

export const CodeInterpreterCall = z
  .strictObject({
    type: z.literal('code_interpreter_call'),
    id: z.string(),
    status: z.enum(CALL_STATUSES),
    code: z.string(),
    outputs: z.array(CallOutput).nullable().describe('Null while the code runs, and where outputs are not asked for.'),
    execution_id: ExecutionId.nullable().describe('Null where the code was not run.'),
  })
  .meta({ id: 'CodeInterpreterCall' });
export type CodeInterpreterCall = z.infer<typeof CodeInterpreterCall>;

export const ResponseMessage = z
  .strictObject({
    type: z.literal('message'),
    id: z.string(),
    status: z.enum(['in_progress', 'completed', 'incomplete']),
    role: z.literal('assistant'),
    content: z.array(z.strictObject({ type: z.literal('output_text'), text: z.string() })),
  })
  .meta({ id: 'ResponseMessage' });
export type ResponseMessage = z.infer<typeof ResponseMessage>;

export const ResponseItem = z.discriminatedUnion('type', [CodeInterpreterCall, ResponseMessage]);
export type ResponseItem = z.infer<typeof ResponseItem>;
