/** What the AI SDK tells of one step, in this service's words. */
import type { TextStreamPart, ToolSet } from 'ai';
import { codeIn, createCodeReader, type CodeReader } from './code-reader.ts';
import type { Signatures, StepPart, TokenUsage } from './model.ts';
import { CODE_TOOL } from './sdk-messages.ts';

type SdkPart = TextStreamPart<ToolSet>;

/** Characters of text, thoughts, arguments and signatures that one step may write, whatever its provider counts as a token. */
const STEP_CHARACTERS_MAX = 1024 * 1024;

/**
 * @param heard called for everything that comes
 * @throws what the provider failed with
 */
export async function* toStepParts(
  parts: AsyncIterable<SdkPart>,
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

function charactersOf(part: SdkPart): number {
  if (part.type === 'tool-input-delta') return part.delta.length;
  if (part.type === 'tool-call') return JSON.stringify(part.providerMetadata ?? null).length;
  return part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.text.length : 0;
}

async function* codePart(readers: Map<string, CodeReader>, { id, delta }: { id: string; delta: string }) {
  const reader = readers.get(id) ?? createCodeReader();
  readers.set(id, reader);
  const fresh = await reader.read(delta);
  if (fresh !== '') yield { type: 'code', callId: id, delta: fresh } as const;
}

/** @throws what the provider failed with */
function* wholePart(part: SdkPart): Generator<StepPart, void, void> {
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

type SdkCall = Pick<Extract<SdkPart, { type: 'tool-call' }>, 'toolCallId' | 'toolName' | 'input' | 'providerMetadata'>;

function toCall({ toolCallId: callId, toolName, input, providerMetadata }: SdkCall): StepPart {
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
  const signatures = signaturesOf(providerMetadata);
  return { type: 'call', callId, code, ...(signatures !== undefined && { signatures }) };
}

/** Those are texts; what else a provider tells of a call is for nobody to send back. */
function signaturesOf(metadata: SdkCall['providerMetadata']): Signatures | undefined {
  const signed = Object.entries(metadata ?? {}).flatMap(([provider, fields]): [string, Record<string, string>][] => {
    const texts = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    return texts.length === 0 ? [] : [[provider, Object.fromEntries(texts)]];
  });
  return signed.length === 0 ? undefined : Object.fromEntries(signed);
}
