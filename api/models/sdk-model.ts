/** A model behind a provider, by the AI SDK: one call a step, nothing retried here, nothing run here. */
import {
  jsonSchema,
  parsePartialJson,
  streamText,
  tool,
  ToolChoiceViolationError,
  type LanguageModel,
  type TextStreamPart,
  type ToolSet,
} from 'ai';
import { CODE_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { ModelError, type Model, type StepPart, type StepRequest, type TokenUsage } from './model.ts';
import { toModelError } from './sdk-errors.ts';
import { CODE_TOOL, toSdkMessages } from './sdk-messages.ts';

export type SdkModelOptions = {
  readonly name: string;
  readonly model: Exclude<LanguageModel, string>;
  readonly takesPictures: boolean;
  /** Between two parts of an answer, the first one included. */
  readonly silenceMs: number;
};

/** Characters of text, thoughts and arguments that one step may write, whatever its provider counts as a token. */
const STEP_CHARACTERS_MAX = 1024 * 1024;
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

async function* toStepParts(
  parts: AsyncIterable<TextStreamPart<ToolSet>>,
  heard: () => void,
): AsyncGenerator<StepPart, void, void> {
  const readers = new Map<string, CodeReader>();
  let usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
  let characters = 0;
  for await (const part of parts) {
    heard();
    characters += charactersOf(part);
    if (characters > STEP_CHARACTERS_MAX) {
      yield { type: 'end', reason: 'length', usage };
      return;
    }
    if (part.type === 'finish-step') usage = usageOf(part.usage);
    else if (part.type === 'finish') yield { type: 'end', reason: reasonOf(part.finishReason), usage };
    else if (part.type === 'tool-input-delta') yield* codePart(readers, part);
    else yield* wholePart(part);
  }
}

function charactersOf(part: TextStreamPart<ToolSet>): number {
  if (part.type === 'tool-input-delta') return part.delta.length;
  return part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.text.length : 0;
}

async function* codePart(readers: Map<string, CodeReader>, { id, delta }: { id: string; delta: string }) {
  const reader = readers.get(id) ?? createCodeReader();
  readers.set(id, reader);
  const fresh = await reader.read(delta);
  if (fresh !== '') yield { type: 'code', callId: id, delta: fresh } as const;
}

/** @throws what the provider failed with */
function* wholePart(part: TextStreamPart<ToolSet>): Generator<StepPart, void, void> {
  if (part.type === 'error') throw part.error;
  if (part.type === 'abort') throw new Error('aborted');
  if (part.type === 'text-delta' && part.text !== '') yield { type: 'text', delta: part.text };
  if (part.type === 'tool-call') yield toCall(part);
}

function usageOf({ inputTokens, outputTokens }: { inputTokens: number | undefined; outputTokens: number | undefined }) {
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}

function reasonOf(reason: string): 'done' | 'length' | 'filtered' {
  if (reason === 'length') return 'length';
  return reason === 'content-filter' ? 'filtered' : 'done';
}

function toCall({
  toolCallId: callId,
  toolName,
  input,
}: {
  toolCallId: string;
  toolName: string;
  input: unknown;
}): StepPart {
  const code = codeIn(input);
  if (toolName !== CODE_TOOL) {
    return {
      type: 'malformed_call',
      callId,
      problem: `There is no tool "${toolName.slice(0, 100)}"; there is "${CODE_TOOL}".`,
    };
  }
  if (code === undefined || code.trim() === '') {
    return { type: 'malformed_call', callId, problem: 'The call needs one argument: {"code": "<Python source>"}.' };
  }
  return { type: 'call', callId, code };
}

type CodeReader = ReturnType<typeof createCodeReader>;

/** Of the text so far: looked at anew only when it has grown by this much, so that long code costs no square of time. */
const GROWTH_SHARE = 1 / 64;

/** Finds the code in the argument text of a call while that is still being written. */
function createCodeReader() {
  let json = '';
  let unread = 0;
  let told = '';
  return {
    /** @returns what of the code is new */
    async read(delta: string): Promise<string> {
      json += delta;
      unread += delta.length;
      if (json.length > CODE_BYTES_MAX * 2 || unread < json.length * GROWTH_SHARE) return '';
      unread = 0;
      const { value } = await parsePartialJson(json);
      const code = codeIn(value);
      if (code === undefined || !code.startsWith(told)) return '';
      // The last character may still be half of an escaped pair.
      const whole = /[\uD800-\uDBFF]$/.test(code) ? code.slice(0, -1) : code;
      const fresh = whole.slice(told.length);
      told += fresh;
      return fresh;
    },
  };
}

function codeIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('code' in input)) return undefined;
  return typeof input.code === 'string' ? input.code : undefined;
}

/** Aborts when nothing was heard for so long. */
function createSilence(silenceMs: number) {
  const controller = new AbortController();
  const begin = () =>
    setTimeout(() => {
      controller.abort();
    }, silenceMs);
  let timer = begin();
  return {
    signal: controller.signal,
    heard(): void {
      clearTimeout(timer);
      timer = begin();
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}
