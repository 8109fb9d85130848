/** One step of a model: what it writes becomes items while it comes; what it wants to be run is collected. */
import { CALLS_PER_STEP_MAX } from '../../../shared/contracts/limits.ts';
import {
  ModelError,
  type CodeCall,
  type Model,
  type StepPart,
  type StepRequest,
  type TokenUsage,
} from '../../models/model.ts';
import type { ItemWriter } from './item-writer.ts';

export type TakenStep = {
  readonly text: string;
  readonly calls: readonly (CodeCall & { readonly item: ReturnType<ItemWriter['call']> })[];
  readonly malformed: readonly { readonly callId: string; readonly problem: string }[];
  readonly reason: 'done' | 'length' | 'filtered';
  readonly usage: TokenUsage;
};

export type StepOptions = {
  readonly model: Model;
  readonly request: StepRequest;
  readonly writer: ItemWriter;
  readonly signal: AbortSignal;
  /** Text is not shown before a call came, and not at all without one: the model is asked again then. */
  readonly holdText: boolean;
  /** Told that something of the step was shown: it cannot be taken again. */
  readonly onShown: () => void;
};

const TOO_MANY_CALLS = `At most ${String(CALLS_PER_STEP_MAX)} blocks are run in one step: this one and those after it were not.`;

/** @throws ModelError */
export async function takeStep({ model, request, writer, signal, holdText, onShown }: StepOptions): Promise<TakenStep> {
  const calls = new Map<string, { item: ReturnType<ItemWriter['call']>; code: string | null }>();
  const malformed: { callId: string; problem: string }[] = [];
  let message: ReturnType<ItemWriter['message']> | undefined;
  let text = '';
  const callOf = (callId: string) => {
    const known = calls.get(callId);
    if (known !== undefined) return known;
    onShown();
    endMessage('completed');
    const made = { item: writer.call(), code: null };
    calls.set(callId, made);
    return made;
  };
  const isBeyond = (callId: string) => !calls.has(callId) && calls.size + malformed.length >= CALLS_PER_STEP_MAX;
  let isRefused = false;
  /** Told once: an answer for each of very many would be as bad as running them. */
  function refuse(callId: string): void {
    if (!isRefused) malformed.push({ callId, problem: TOO_MANY_CALLS });
    isRefused = true;
  }
  function endMessage(status: 'completed' | 'incomplete'): void {
    message?.end(status);
    message = undefined;
  }
  function write(delta: string): void {
    text += delta;
    if (holdText && calls.size === 0) return;
    onShown();
    message ??= writer.message();
    message.write(delta);
  }

  function take(part: Exclude<StepPart, { type: 'end' }>): void {
    if (part.type === 'text') write(part.delta);
    else if (isBeyond(part.callId)) refuse(part.callId);
    else if (part.type === 'code') callOf(part.callId).item.write(part.delta);
    else if (part.type === 'call') callOf(part.callId).code = part.code;
    else malformed.push(part);
  }

  let end: Pick<TakenStep, 'reason' | 'usage'> | undefined;
  try {
    for await (const part of model.step(request, signal)) {
      if (part.type === 'end') end = part;
      else take(part);
    }
  } finally {
    endMessage(end?.reason === 'done' ? 'completed' : 'incomplete');
    endUnfinished(calls, end === undefined);
  }
  if (end === undefined)
    throw new ModelError('MODEL_ANSWER_INVALID', 'The model’s answer broke off.', { isPassing: true });
  const whole = [...calls].flatMap(([callId, { item, code }]) => (code === null ? [] : [{ callId, code, item }]));
  return { text, calls: whole, malformed, ...end };
}

/** Calls whose code never became whole; all of them when the step failed. */
function endUnfinished(
  calls: ReadonlyMap<string, { item: ReturnType<ItemWriter['call']>; code: string | null }>,
  all: boolean,
) {
  for (const { item, code } of calls.values()) {
    if (all || code === null) item.end({ status: 'incomplete', outputs: [], executionId: null });
  }
}
