/**
 * The assistant that writes and runs code: asks the model, runs the code it wants to be run, lets it read what came of
 * it, and so on until it answers without code. A block of code that fails is something to read like any other.
 */
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { ModelMessage, StepRequest } from '../../models/model.ts';
import { askStep, type AskStepDeps } from './ask-step.ts';
import { createItemWriter } from './item-writer.ts';
import { createOutputRoom, type OutputRoomOptions } from './output-room.ts';
import { runCalls, type RunBlock } from './run-calls.ts';
import type { TakenStep } from './take-step.ts';

export type LoopDeps = AskStepDeps & {
  readonly run: RunBlock;
  readonly emit: (event: ResponseEvent) => void;
  /** Stores how far the response is; the loop goes on from there after a restart. */
  readonly save: (progress: Progress) => Promise<void>;
  readonly newItemId: (kind: 'call' | 'message') => string;
};

/** What a response is at the end of a step. */
export type Progress = {
  readonly messages: readonly ModelMessage[];
  readonly items: readonly ResponseItem[];
  readonly steps: number;
};

export type LoopTask = OutputRoomOptions & {
  readonly instructions: string;
  readonly mode: 'auto' | 'on' | 'off';
  readonly temperature?: number | undefined;
  readonly outputTokensMax?: number | undefined;
  readonly stepsMax: number;
  /** Tokens of one call's outputs that the model gets to read. */
  readonly readingTokensMax: number;
  readonly start: Progress;
  /** Whether code ran in the steps before `start`: what it shows of others was lost before the model read it. */
  readonly hasRun: boolean;
};

export type LoopEnd =
  | { readonly status: 'completed'; readonly progress: Progress }
  | { readonly status: 'incomplete'; readonly reason: IncompleteReason; readonly progress: Progress };
export type IncompleteReason = 'STEPS_EXHAUSTED' | 'LENGTH' | 'CONTENT_FILTERED' | 'CODE_NOT_RUN';

/** A model that must run code and answers without it is asked once more. */
const ASKED_TO_RUN: ModelMessage = {
  role: 'user',
  parts: [{ type: 'text', text: 'Run Python code with the code interpreter first, then answer from its output.' }],
};

/**
 * @throws ModelError when the model fails for good; what was made until then was emitted and saved
 * @throws the reason of `signal` when it is aborted
 */
export async function runLoop(deps: LoopDeps, task: LoopTask, signal: AbortSignal): Promise<LoopEnd> {
  const writer = createItemWriter(deps, task.start.items);
  const room = createOutputRoom(task, task.start);
  let progress = task.start;
  let asksLeft = 1;
  while (progress.steps < task.stepsMax) {
    const mustRun = mustRunNow(task, progress);
    const step = await askStep(deps, { request: requestOf(task, progress, mustRun), writer, mustRun }, signal);
    const steps = progress.steps + 1;
    if (step.calls.length + step.malformed.length > 0) {
      const results = await runCalls(deps, { step, room, readingTokensMax: task.readingTokensMax }, signal);
      const said = { role: 'assistant', text: step.text, calls: callsOf(step) } as const;
      const messages = [...progress.messages, said, { role: 'results', results } as const];
      progress = { messages, items: writer.items(), steps };
      await deps.save(progress);
      continue;
    }
    progress = { ...progress, items: writer.items(), steps };
    if (!mustRun) return ended(step, { ...progress, messages: [...progress.messages, answered(step)] });
    if (asksLeft === 0) return { status: 'incomplete', reason: 'CODE_NOT_RUN', progress };
    asksLeft -= 1;
    progress = { ...progress, messages: [...progress.messages, answered(step), ASKED_TO_RUN] };
  }
  const reason = mustRunNow(task, progress) ? 'CODE_NOT_RUN' : 'STEPS_EXHAUSTED';
  return { status: 'incomplete', reason, progress };
}

function requestOf(task: LoopTask, { messages }: Progress, mustRun: boolean): StepRequest {
  const { instructions, mode, temperature, outputTokensMax } = task;
  return { instructions, messages, code: codeOffer(mode, mustRun), temperature, outputTokensMax };
}

/** A call that cannot be understood stays in the conversation, so that its answer has something to refer to. */
function callsOf({ calls, malformed }: TakenStep) {
  return [
    ...calls.map(({ callId, code, signatures }) => ({ callId, code, signatures })),
    ...malformed.map(({ callId }) => ({ callId, code: '' })),
  ];
}

function answered({ text }: TakenStep): ModelMessage {
  return { role: 'assistant', text, calls: [] };
}

function ended({ reason }: TakenStep, progress: Progress): LoopEnd {
  if (reason === 'done') return { status: 'completed', progress };
  return { status: 'incomplete', reason: reason === 'length' ? 'LENGTH' : 'CONTENT_FILTERED', progress };
}

function codeOffer(mode: LoopTask['mode'], mustRun: boolean): StepRequest['code'] {
  if (mode === 'off') return 'withheld';
  return mustRun ? 'required' : 'offered';
}

function mustRunNow({ mode, hasRun, start }: LoopTask, { items }: Progress): boolean {
  return mode === 'on' && !hasRun && !hasRunCode(items.slice(start.items.length));
}

/** Whether any of them is code that ran. */
export function hasRunCode(items: readonly ResponseItem[]): boolean {
  return items.some((item) => item.type === 'code_interpreter_call' && item.execution_id !== null);
}
