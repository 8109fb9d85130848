/** A model behind a provider, by the AI SDK: one call a step, nothing retried here, nothing run here. */
import { jsonSchema, streamText, tool, ToolChoiceViolationError, type LanguageModel, type ToolSet } from 'ai';
import { ModelError, type Model, type StepRequest, type TokenUsage } from './model.ts';
import { toModelError } from './sdk-errors.ts';
import { CODE_TOOL, toSdkMessages } from './sdk-messages.ts';
import { createSilence } from './silence.ts';
import { toStepParts } from './step-parts.ts';

export type SdkModelOptions = {
  readonly name: string;
  readonly model: Exclude<LanguageModel, string>;
  readonly takesPictures: boolean;
  /** Between two parts of an answer, the first one included. */
  readonly silenceMs: number;
};

const NOTHING_TOLD: TokenUsage = { inputTokens: 0, outputTokens: 0 };

const TOOLS: ToolSet = {
  [CODE_TOOL]: tool({
    description:
      'Runs Python and shows what it prints, the value of its last expression, figures and errors. Every block runs on ' +
      'its own: variables do not persist from one to the next.',
    inputSchema: jsonSchema({
      type: 'object',
      properties: { code: { type: 'string', description: 'Python source.' } },
      required: ['code'],
      additionalProperties: false,
    }),
  }),
};

export function createSdkModel({ name, model, takesPictures, silenceMs }: SdkModelOptions): Model {
  return {
    name,
    takesPictures,
    async *step(request, signal) {
      const silence = createSilence(silenceMs);
      const left = new AbortController();
      const result = streamText({
        model,
        // Not every provider takes an empty one.
        ...(request.instructions !== '' && { instructions: request.instructions }),
        messages: toSdkMessages(request.messages, { takesPictures, hasTool: request.code !== 'withheld' }),
        ...toolsOf(request),
        ...(request.temperature !== undefined && { temperature: request.temperature }),
        ...(request.outputTokensMax !== undefined && { maxOutputTokens: request.outputTokensMax }),
        maxRetries: 0,
        abortSignal: AbortSignal.any([signal, silence.signal, left.signal]),
        onError: () => undefined, // the stream tells it too
      });
      try {
        yield* toStepParts(result.fullStream, silence.heard);
      } catch (error) {
        signal.throwIfAborted();
        // It was told to run code and answered without: what it said was passed on, and its end is an end.
        if (ToolChoiceViolationError.isInstance(error)) {
          yield { type: 'end', reason: 'done', usage: NOTHING_TOLD };
          return;
        }
        throw silence.signal.aborted
          ? new ModelError('MODEL_TIMEOUT', 'The model did not answer in time.', { isPassing: true })
          : toModelError(error);
      } finally {
        silence.stop();
        left.abort(); // the SDK reads on otherwise
      }
    },
  };
}

function toolsOf({ code }: StepRequest) {
  if (code === 'withheld') return {};
  return { tools: TOOLS, toolChoice: code === 'required' ? ('required' as const) : ('auto' as const) };
}
