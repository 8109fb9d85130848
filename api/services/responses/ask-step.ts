/** Asks the model for a step, again where that helps, and tells what it took. */
import { pause } from '../../../shared/platform/deadline.ts';
import { ModelError, type Model, type StepRequest, type TokenUsage } from '../../models/model.ts';
import type { ItemWriter } from './item-writer.ts';
import type { ModelStep } from './response-record.ts';
import { takeStep, type TakenStep } from './take-step.ts';

export type AskStepDeps = {
  readonly model: Model;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Told of each step as its answer ends, in whatever way: before any of its code runs. */
  readonly onStep: (step: ModelStep) => void;
};

export type AskedStep = {
  readonly request: StepRequest;
  readonly writer: ItemWriter;
  /** Text is not shown unless code came before it. */
  readonly mustRun: boolean;
};

/** How often a step is asked for again when the model fails before anything of it was shown. */
const STEP_RETRIES_MAX = 2;
const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;

/**
 * A step of which nothing was shown is taken again when the model's fault may pass.
 * @throws ModelError, or the reason of `signal` when it is aborted
 */
export async function askStep(
  { model, nowMs, onStep }: AskStepDeps,
  { request, writer, mustRun }: AskedStep,
  signal: AbortSignal,
): Promise<TakenStep> {
  const itemsBefore = writer.items().length;
  const askedMs = nowMs();
  let attempts = 0;
  let firstTokenMs: number | null = null;
  let usage: TokenUsage | null = null;

  async function attempt(): Promise<TakenStep | 'again'> {
    const attemptedMs = nowMs();
    let isShown = false;
    attempts += 1;
    firstTokenMs = null;
    try {
      return await takeStep({
        ...{ model, request, writer, signal, holdText: mustRun },
        onPart: () => (firstTokenMs ??= Math.round(nowMs() - attemptedMs)),
        onShown: () => (isShown = true),
      });
    } catch (error) {
      signal.throwIfAborted();
      const waitMs = retryWaitMs(error, attempts - 1);
      if (waitMs === undefined || isShown) throw error;
      await pause(waitMs, signal);
      signal.throwIfAborted();
      return 'again';
    }
  }

  try {
    for (;;) {
      const step = await attempt();
      if (step === 'again') continue;
      usage = step.usage;
      return step;
    }
  } finally {
    const itemIds = writer.items().slice(itemsBefore);
    onStep({
      ...{ itemIds: itemIds.map(({ id }) => id), attempts, firstTokenMs, usage },
      modelMs: Math.round(nowMs() - askedMs),
    });
  }
}

/** Undefined when asking again is of no use: the fault stays, or for longer than anybody waits. */
function retryWaitMs(error: unknown, retries: number): number | undefined {
  if (!(error instanceof ModelError) || !error.isPassing || retries >= STEP_RETRIES_MAX) return undefined;
  const waitMs = error.retryAfterMs ?? RETRY_MS * 2 ** retries;
  return waitMs > RETRY_MS_MAX ? undefined : waitMs;
}
