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
  /** Told of each part of the answer, before anything comes of it. */
  readonly onPart: () => void;
  /** Told that something of the step was shown: it cannot be taken again. */
  readonly onShown: () => void;
};

/** `code` is null until it is whole. */
type OpenCall = Pick<CodeCall, 'signatures'> & {
  readonly item: ReturnType<ItemWriter['call']>;
  readonly code: string | null;
};

const NOT_OFFERED = 'There is no tool in this conversation: answer without running code.';
const TOO_MANY_CALLS = `At most ${String(CALLS_PER_STEP_MAX)} blocks are run in one step: this one and those after it were not.`;

/** @throws ModelError */
export async function takeStep(options: StepOptions): Promise<TakenStep> {
  const { model, request, writer, signal, holdText, onPart, onShown } = options;
  const calls = new Map<string, OpenCall>();
  const malformed: { callId: string; problem: string }[] = [];
  let message: ReturnType<ItemWriter['message']> | undefined;
  let text = '';
  const callOf = (callId: string) => {
    const known = calls.get(callId);
    if (known !== undefined) return known;
    onShown();
    endMessage('completed');
    const made: OpenCall = { item: writer.call(), code: null };
    calls.set(callId, made);
    return made;
  };
  const isBeyond = (callId: string) => !calls.has(callId) && calls.size + malformed.length >= CALLS_PER_STEP_MAX;
  const refused = new Set<string>();
  /** Told once: an answer for each of very many would be as bad as running them. */
  function refuse(callId: string, problem: string): void {
    if (!refused.has(problem)) malformed.push({ callId, problem });
    refused.add(problem);
  }
  /** Some models give several calls one id: each needs one of its own, for its answer to refer to. */
  const distinct = createDistinctIds((id) => calls.get(id)?.code === null);
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

  function takeCall({ callId, ...part }: Exclude<StepPart, { type: 'end' | 'text' }>): void {
    if (request.code === 'withheld') refuse(callId, NOT_OFFERED);
    else if (isBeyond(callId)) refuse(callId, TOO_MANY_CALLS);
    else if (part.type === 'code') callOf(callId).item.write(part.delta);
    else if (part.type === 'call')
      calls.set(callId, { ...callOf(callId), code: part.code, signatures: part.signatures });
    else malformed.push({ callId, problem: part.problem });
  }

  function take(part: Exclude<StepPart, { type: 'end' }>): void {
    onPart();
    if (part.type === 'text') write(part.delta);
    else takeCall({ ...part, callId: distinct(part) });
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
  const whole = [...calls].flatMap(([callId, { code, ...call }]) => (code === null ? [] : [{ callId, code, ...call }]));
  return { text, calls: whole, malformed, ...end };
}

/**
 * Ids that no two calls of a step share.
 * @param isOpen whether the code of that call is still being written
 */
function createDistinctIds(isOpen: (callId: string) => boolean) {
  const current = new Map<string, string>();
  const ended = new Set<string>();
  return ({ type, callId }: Exclude<StepPart, { type: 'end' | 'text' }>): string => {
    const known = current.get(callId) ?? callId;
    const id = ended.has(known) && !isOpen(known) ? `${callId}_${String(ended.size + 1)}` : known;
    current.set(callId, id);
    if (type !== 'code') ended.add(id);
    return id;
  };
}

/** Calls whose code never became whole; all of them when the step failed. */
function endUnfinished(calls: ReadonlyMap<string, OpenCall>, all: boolean) {
  for (const { item, code } of calls.values()) {
    if (all || code === null) item.end({ status: 'incomplete', outputs: [], executionId: null });
  }
}
