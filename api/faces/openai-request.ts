/** A request for a response, as clients of the OpenAI Responses API write it. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { CreateOpenAiResponse, INCLUDE_OUTPUTS } from '../../shared/contracts/openai-response.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readInput } from './openai-input.ts';
import { readTools } from './openai-tools.ts';
import { assertSmall } from './message-parts.ts';
import { boundedWarnings, unknownFields, unknownTools } from './unknown-fields.ts';
import type { OpenAiOptions } from './openai-response.ts';

/** Fields that ask for what is so anyway, and the values that do. */
const GRANTED: Readonly<Record<string, readonly unknown[]>> = {
  parallel_tool_calls: [true],
  service_tier: ['auto', 'default'],
  store: [true],
  top_p: [1],
  truncation: ['disabled'],
};
/** Padding of streams, which nobody needs here. */
const STREAM_OPTIONS = 'stream_options';

/** @throws AppError VALIDATION_ERROR, PAYLOAD_TOO_LARGE */
export function fromOpenAiRequest(body: CreateOpenAiResponse): NewResponse {
  const { system, input, ...read } = readInput(body.input);
  assertSmall(system, input, 'input');
  if (!input.some(({ role }) => role === 'user'))
    throw new AppError('VALIDATION_ERROR', 'input: must hold a message of the role user that says something.', {
      param: 'input',
    });
  const tools = readTools(body, read.fileIds);
  return {
    ...{ assistantId: undefined, threadId: undefined, live: false, stepsMax: undefined },
    ...{ system, input },
    model: body.model ?? undefined,
    instructions: body.instructions ?? undefined,
    said: tools.said,
    fileIds: [...read.fileIds, ...tools.fileIds],
    fileRetrieval: tools.fileRetrieval,
    previousResponseId: body.previous_response_id ?? undefined,
    temperature: body.temperature ?? undefined,
    outputTokensMax: body.max_output_tokens ?? undefined,
    metadata: body.metadata ?? {},
    background: body.background ?? false,
    warnings: boundedWarnings([
      ...unusedFields(body),
      ...unknownTools(body.tools),
      ...tools.warnings,
      ...unknownIncludes(body.include ?? []),
      ...read.warnings,
    ]),
  };
}

/** @param include what a request wants to see besides */
export function openAiOptions(include: readonly string[]): OpenAiOptions {
  return { withOutputs: include.includes(INCLUDE_OUTPUTS) };
}

function unusedFields(body: CreateOpenAiResponse): string[] {
  const asked = Object.entries(body).filter(([name, value]) => value !== null && !isGranted(name, value));
  return unknownFields(Object.fromEntries(asked), CreateOpenAiResponse.shape);
}

function isGranted(name: string, value: unknown): boolean {
  if (name === 'text') return isPlainText(value);
  return name === STREAM_OPTIONS || (Object.hasOwn(GRANTED, name) && GRANTED[name]?.includes(value) === true);
}

/** `{format: {type: "text"}}`, or less. */
function isPlainText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { format, ...others }: Readonly<Record<string, unknown>> = { ...value };
  if (Object.values(others).some((other) => other !== null)) return false;
  if (format === undefined || format === null) return true;
  return typeof format === 'object' && 'type' in format && format.type === 'text';
}

function unknownIncludes(include: readonly string[]): string[] {
  return include.flatMap((name, at) =>
    name === INCLUDE_OUTPUTS
      ? []
      : [`include.${String(at)}: there is no "${name.slice(0, 100)}" here, and it was not used.`],
  );
}
