/**
 * A model that needs nothing: it runs the Python of the last user message and answers with what that showed. It
 * understands no words. For trying the service out, for tests and for demos.
 */
import type { Model, ModelMessage, StepPart } from './model.ts';

const OPENING = /^(?:`{3,}|~{3,})[ \t]*(?:python3?|py)?[ \t]*\r?$/i;
const CLOSING = /^(?:`{3,}|~{3,})[ \t]*\r?$/;
const NO_CODE =
  'This is the built-in model "direct": it runs the Python in a fenced block of your message, and understands nothing ' +
  'else. Connect a model to get answers.';
const NOTHING_SPENT = { inputTokens: 0, outputTokens: 0 };

export function createDirectModel(): Model {
  return {
    name: 'direct',
    takesPictures: false,
    async *step({ messages, code }): AsyncGenerator<StepPart, void, void> {
      const last = messages.at(-1);
      if (last?.role === 'results') yield* answer(textOf(last));
      else yield* code === 'withheld' ? answer(NO_CODE) : calls(fencedPython(lastUserText(messages)));
      yield { type: 'end', reason: 'done', usage: NOTHING_SPENT };
    },
  };
}

/** The code of every fenced block that is Python or names no language. */
export function fencedPython(text: string): string[] {
  const blocks: string[] = [];
  let block: string[] | undefined;
  for (const line of text.split('\n')) {
    if (block === undefined) block = OPENING.test(line) ? [] : undefined;
    else if (CLOSING.test(line)) {
      blocks.push(block.join(''));
      block = undefined;
    } else block.push(`${line}\n`);
  }
  return blocks.filter((code) => code.trim() !== '');
}

function* calls(blocks: readonly string[]): Generator<StepPart, void, void> {
  if (blocks.length === 0) yield* answer(NO_CODE);
  for (const [at, code] of blocks.entries()) {
    const callId = `direct_${String(at + 1)}`;
    yield { type: 'code', callId, delta: code };
    yield { type: 'call', callId, code };
  }
}

function* answer(text: string): Generator<StepPart, void, void> {
  yield { type: 'text', delta: text };
}

function lastUserText(messages: readonly ModelMessage[]): string {
  const message = messages.findLast((one) => one.role === 'user');
  return (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function textOf({ results }: Extract<ModelMessage, { role: 'results' }>): string {
  return results.map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')).join('\n\n');
}
