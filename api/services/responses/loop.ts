/**
 * The assistant that writes and runs code: asks the model, runs the code it wants to be run, lets it read what came of
 * it, and so on until it answers without code. A block of code that fails is something to read like any other.
 */
import type { CallOutput, CodeInterpreterCall, ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { ExecutionId } from '../../../shared/contracts/ids.ts';
import { pause } from '../../../shared/platform/deadline.ts';
import {
  ModelError,
  type CallResult,
  type Model,
  type ModelMessage,
  type StepRequest,
  type TokenUsage,
} from '../../models/model.ts';
import { createItemWriter, type ItemWriter } from './item-writer.ts';
import { modelReading } from './model-reading.ts';
import { createOutputRoom, type OutputRoom, type OutputRoomOptions } from './output-room.ts';
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';
import { takeStep, type TakenStep } from './take-step.ts';

export type RanCode = {
  readonly executionId: ExecutionId | null;
  readonly status: CodeInterpreterCall['status'];
  readonly outputs: readonly CallOutput[];
};

export type LoopDeps = {
  readonly model: Model;
  /** Runs one block of code; what the service fails at comes back as a failed run that says why. */
  readonly run: (
    code: string,
    onText: (stream: 'stdout' | 'stderr', text: string) => void,
    signal: AbortSignal,
  ) => Promise<RanCode>;
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
  readonly usage: TokenUsage;
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

/** How often a step is asked for again when the model fails before anything of it was shown. */
const STEP_RETRIES_MAX = 2;
const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;
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
    const step = await stepWithRetries(deps, { task, progress, writer, mustRun }, signal);
    const usage = sum(progress.usage, step.usage);
    const steps = progress.steps + 1;
    if (step.calls.length + step.malformed.length > 0) {
      const results = await runCalls(deps, { task, room, step }, signal);
      const said = { role: 'assistant', text: step.text, calls: callsOf(step) } as const;
      const messages = [...progress.messages, said, { role: 'results', results } as const];
      progress = { messages, items: writer.items(), steps, usage };
      await deps.save(progress);
      continue;
    }
    progress = { ...progress, items: writer.items(), steps, usage };
    if (!mustRun) return ended(step, { ...progress, messages: [...progress.messages, answered(step)] });
    if (asksLeft === 0) return { status: 'incomplete', reason: 'CODE_NOT_RUN', progress };
    asksLeft -= 1;
    progress = { ...progress, messages: [...progress.messages, answered(step), ASKED_TO_RUN] };
  }
  const reason = mustRunNow(task, progress) ? 'CODE_NOT_RUN' : 'STEPS_EXHAUSTED';
  return { status: 'incomplete', reason, progress };
}

type StepContext = {
  readonly task: LoopTask;
  readonly progress: Progress;
  readonly writer: ItemWriter;
  readonly mustRun: boolean;
};

/** A step of which nothing was shown is taken again when the model's fault may pass. */
async function stepWithRetries(
  { model }: LoopDeps,
  { task, progress, writer, mustRun }: StepContext,
  signal: AbortSignal,
): Promise<TakenStep> {
  const request = {
    instructions: task.instructions,
    messages: progress.messages,
    code: codeOffer(task.mode, mustRun),
    temperature: task.temperature,
    outputTokensMax: task.outputTokensMax,
  };
  for (let retries = 0; ; retries += 1) {
    let isShown = false;
    const onShown = () => {
      isShown = true;
    };
    try {
      return await takeStep({ model, request, writer, signal, holdText: mustRun, onShown });
    } catch (error) {
      signal.throwIfAborted();
      const waitMs = retryWaitMs(error, retries);
      if (waitMs === undefined || isShown) throw error;
      await pause(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

/** Undefined when asking again is of no use: the fault stays, or for longer than anybody waits. */
function retryWaitMs(error: unknown, retries: number): number | undefined {
  if (!(error instanceof ModelError) || !error.isPassing || retries >= STEP_RETRIES_MAX) return undefined;
  const waitMs = error.retryAfterMs ?? RETRY_MS * 2 ** retries;
  return waitMs > RETRY_MS_MAX ? undefined : waitMs;
}

type CallsContext = { readonly task: LoopTask; readonly room: OutputRoom; readonly step: TakenStep };

/** All at once, as the model asked for them; the queue bounds how many run. */
async function runCalls(
  { model, run }: LoopDeps,
  { task: { readingTokensMax }, room, step }: CallsContext,
  signal: AbortSignal,
): Promise<CallResult[]> {
  const budget = { tokensMax: readingTokensMax, takesPictures: model.takesPictures };
  const ran = step.calls.map(async ({ callId, code, item }): Promise<CallResult> => {
    item.run(code);
    const end = await run(code, item.live, signal);
    item.end({ ...end, outputs: room.shown(end.outputs) });
    return { callId, parts: room.read(modelReading(end.outputs, budget)) };
  });
  const misread = step.malformed.map(({ callId, problem }): CallResult => ({
    callId,
    parts: [{ type: 'text', text: problem }],
  }));
  const results = await Promise.all(ran);
  signal.throwIfAborted();
  return [...results, ...misread];
}

/** A call that cannot be understood stays in the conversation, so that its answer has something to refer to. */
function callsOf({ calls, malformed }: TakenStep) {
  return [
    ...calls.map(({ callId, code }) => ({ callId, code })),
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

function sum(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
