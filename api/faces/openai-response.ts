/** A response as clients of the OpenAI Responses API read it: its reference's objects `Response` and items. Pure. */
import type { CallOutput, CodeInterpreterCall, ResponseItem } from '../../shared/contracts/response-item.ts';
import { isOver, type ResponseFault, type ResponseRecord } from '../services/responses/response-record.ts';

export type OpenAiOptions = {
  /** Whether calls show their outputs. */
  readonly withOutputs: boolean;
};

type Of = Pick<ResponseRecord, 'id' | 'code'>;

/** Where its clients know a word for the reason; elsewhere the `code` beside it tells. */
const INCOMPLETE_REASONS: Readonly<Record<string, string>> = {
  LENGTH: 'max_output_tokens',
  CONTENT_FILTERED: 'content_filter',
  STEPS_EXHAUSTED: 'max_messages',
};
const ERROR_CODES: Readonly<Record<string, string>> = { MODEL_RATE_LIMITED: 'rate_limit_exceeded' };

export function toOpenAiResponse(response: ResponseRecord, options: OpenAiOptions) {
  const { id, warnings } = response;
  return {
    id,
    object: 'response',
    created_at: seconds(response.createdAt),
    ...endOf(response),
    background: response.background,
    instructions: response.instructions,
    max_output_tokens: response.outputTokensMax,
    metadata: response.metadata,
    model: response.model,
    output: response.items.map((item) => toOpenAiItem(item, response, options)),
    ...{ parallel_tool_calls: true, store: true, truncation: 'disabled', text: { format: { type: 'text' } } },
    previous_response_id: response.previousResponseId,
    temperature: response.temperature,
    top_p: null,
    ...toolsOf(response),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
}

function endOf({ status, fault, usage, completedAt }: ResponseRecord) {
  return {
    status,
    completed_at: completedAt === null ? null : seconds(completedAt),
    error: status === 'failed' && fault !== null ? toOpenAiFault(fault) : null,
    incomplete_details: status === 'incomplete' ? incompleteDetails(fault) : null,
    usage: isOver(status) && usage !== null ? toOpenAiUsage(usage) : null,
  };
}

function toOpenAiFault({ code, message }: ResponseFault) {
  return { code: ERROR_CODES[code] ?? 'server_error', message, type: code };
}

function incompleteDetails(fault: ResponseFault | null) {
  const reason = fault === null ? undefined : INCOMPLETE_REASONS[fault.code];
  return { ...(reason !== undefined && { reason }), ...fault };
}

const TOOL_CHOICES = { on: 'required', auto: 'auto', off: 'none' } as const;

function toolsOf({ code }: ResponseRecord) {
  return {
    tool_choice: TOOL_CHOICES[code.mode],
    tools: code.mode === 'off' ? [] : [{ type: 'code_interpreter', container: { type: 'auto' } }],
  };
}

export function toOpenAiItem(item: ResponseItem, of: Of, options: OpenAiOptions) {
  if (item.type === 'code_interpreter_call') return toOpenAiCall(item, of, options);
  return { ...item, content: item.content.map(({ text }) => toOpenAiText(text)) };
}

export function toOpenAiText(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function toOpenAiCall(item: CodeInterpreterCall, of: Of, { withOutputs }: OpenAiOptions) {
  const { id, type, status, code, outputs } = item;
  const shown = withOutputs && of.code.outputs && outputs !== null ? outputs.map(toOpenAiOutput) : null;
  return { id, type, status, code, container_id: containerId(of), outputs: shown };
}

/** Every block of code runs on its own; the container that the shape asks for is the response's. */
export function containerId({ id }: Pick<ResponseRecord, 'id'>): string {
  return id.replace(/^resp_/, 'cntr_');
}

function toOpenAiOutput(output: CallOutput) {
  return output.type === 'text' ? { type: 'logs', logs: output.text } : output;
}

function toOpenAiUsage({ inputTokens, outputTokens }: NonNullable<ResponseRecord['usage']>) {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
