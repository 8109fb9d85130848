/** A model that says what a test wrote down, step by step, and a runner that answers code from a table. */
import { ModelError, type Model, type StepPart, type StepRequest } from '../../../../api/models/model.ts';
import type { LoopDeps, LoopTask, Progress } from '../../../../api/services/responses/loop.ts';
import type { ModelStep } from '../../../../api/services/responses/response-record.ts';
import type { RanCode } from '../../../../api/services/responses/run-calls.ts';
import type { ResponseEvent } from '../../../../shared/contracts/response-event.ts';

export type ScriptedStep = readonly StepPart[] | ModelError | ((signal: AbortSignal) => AsyncIterable<StepPart>);

export const done = { type: 'end', reason: 'done', usage: { inputTokens: 10, outputTokens: 5 } } as const;
export const says = (delta: string): StepPart => ({ type: 'text', delta });
export const runs = (code: string, callId = code): StepPart => ({ type: 'call', callId, code });

export const NOTHING_YET: Progress = {
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'How much?' }] }],
  items: [],
  steps: 0,
};

export function scripted(steps: readonly ScriptedStep[], ran: (code: string) => Partial<RanCode> = () => ({})) {
  const requests: StepRequest[] = [];
  const events: ResponseEvent[] = [];
  const saved: Progress[] = [];
  const codes: string[] = [];
  const asked: ModelStep[] = [];
  let items = 0;
  let nowMs = 0;
  const model: Model = {
    name: 'scripted',
    takesPictures: false,
    async *step(request, signal) {
      const step = steps[requests.length];
      requests.push(request);
      await Promise.resolve();
      if (step === undefined) throw new Error('the script is over');
      if (step instanceof ModelError) throw step;
      yield* typeof step === 'function' ? step(signal) : step;
    },
  };
  const deps: LoopDeps = {
    model,
    run: (code) => {
      codes.push(code);
      return Promise.resolve({ executionId: null, status: 'completed', outputs: [], ...ran(code) });
    },
    emit: (event) => events.push(event),
    save: (progress) => {
      saved.push(progress);
      return Promise.resolve();
    },
    nowMs: () => (nowMs += 10),
    onStep: (step) => asked.push(step),
    newItemId: (kind) => `${kind}_${String((items += 1))}`,
  };
  return { deps, requests, events, saved, codes, asked };
}

export function task(changes: Partial<LoopTask> = {}): LoopTask {
  return {
    instructions: 'Help.',
    mode: 'auto',
    stepsMax: 10,
    readingTokensMax: 1_000,
    outputCharactersMax: 1_000_000,
    pictureCharactersMax: 1_000_000,
    start: NOTHING_YET,
    hasRun: false,
    ...changes,
  };
}
