/** Runs the loop for a response: what it is told, what it may run, and to what end it comes. */
import { AppError } from '../../../shared/contracts/errors.ts';
import {
  READING_PICTURE_CHARACTERS_MAX,
  READING_TOKENS_MAX,
  RESPONSE_OUTPUT_CHARACTERS_MAX,
} from '../../../shared/contracts/limits.ts';
import type { PackageList } from '../../../shared/contracts/worker-status.ts';
import { ModelError, type Model, type ModelMessage } from '../../models/model.ts';
import type { ResponseProgressStore, ResponseState } from '../../store/response-progress-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import type { FilePictures } from './file-pictures.ts';
import { hasRunCode, runLoop, type LoopDeps, type LoopTask } from './loop.ts';
import { systemPrompt } from './prompt.ts';
import type { Recorded } from './recorded.ts';
import { outcomeOf, outcomeOfError, ResponseStop, type Outcome } from './response-end.ts';
import type { ModelStep } from './response-record.ts';
import { mountedFiles, NO_FILES } from './response-files.ts';
import type { RunCode } from './run-code.ts';

export type MakingLoopDeps = {
  readonly store: Pick<ResponseProgressStore, 'save'>;
  readonly runCode: RunCode;
  /** What code can import, where that is known. */
  readonly packages: () => Promise<PackageList | undefined>;
  readonly pictures: Pick<FilePictures, 'into'>;
  readonly newItemId: LoopDeps['newItemId'];
  /** Told of each step as the model's answer to it ends. */
  readonly onModelStep: (model: string, step: ModelStep) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: LoopDeps['nowMs'];
  /** A response takes no longer. */
  readonly timeMsMax: number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type Making = {
  readonly row: ResponseRow;
  /** Undefined when it is no longer configured. */
  readonly model: Model | undefined;
  readonly history: readonly ModelMessage[];
  /** Aborts with a `ResponseStop` when nobody wants the response any more. */
  readonly signal: AbortSignal;
  /** How long it was made before, by other processes. */
  readonly elapsedMs: number;
};

/** `handed_back`: another process goes on with it. */
export type MadeOutcome = Outcome | 'handed_back';

export type LoopRun = {
  readonly recorded: Recorded;
  readonly emit: LoopDeps['emit'];
  readonly signal: AbortSignal;
};

export function createMakingLoop(deps: MakingLoopDeps) {
  const { store, runCode, packages, pictures, newItemId, onModelStep, nowMs, timeMsMax, report } = deps;

  /** An outage between two steps loses nothing: the next step, or the end, stores everything. */
  async function save({ id, attempt }: ResponseRow, state: ResponseState): Promise<void> {
    const isOwn = await store.save({ id, attempt }, state).catch((error: unknown) => {
      report('a step of a response could not be stored', { responseId: id, error });
      return true;
    });
    if (!isOwn) throw new ResponseStop('lost');
  }

  async function run(making: Making, { recorded, emit, signal }: LoopRun): Promise<Outcome> {
    const { row, model } = making;
    const { organization_id: organizationId, id: responseId, request } = row;
    signal.throwIfAborted();
    if (model === undefined) throw new AppError('MODEL_NOT_CONFIGURED', `There is no model ${row.model} any more.`);
    const files = mountedFiles({ ...NO_FILES, ...request });
    const loopDeps: LoopDeps = {
      ...{ model, emit, newItemId, nowMs },
      onStep: (step) => {
        recorded.asked(step);
        onModelStep(row.model, step);
      },
      run: runCode({ organizationId, responseId, live: request.live, files, timeMsMax }),
      save: async (progress) => {
        recorded.reached(progress);
        await save(row, recorded.state());
      },
    };
    const input = [...(await pictures.into(organizationId, request.files ?? [], row.input))];
    const known = request.code.mode === 'off' ? undefined : await packages();
    const task = taskOf({ ...making, row: { ...row, input } }, recorded.state(), known);
    const end = await runLoop(loopDeps, task, signal);
    recorded.reached(end.progress);
    return outcomeOf(end);
  }

  /** Runs it to an end of any kind. Never rejects. */
  return async (making: Making, options: LoopRun): Promise<MadeOutcome> => {
    const { signal } = options;
    const { id: responseId, organization_id: organizationId, background } = making.row;
    try {
      return await run(making, options);
    } catch (error) {
      const stopped: unknown = signal.aborted ? signal.reason : error;
      if (background && stopped instanceof ResponseStop && stopped.reason === 'closing') return 'handed_back';
      const outcome = outcomeOfError(stopped);
      if (outcome.fault?.code === 'INTERNAL')
        report('a response failed', { organizationId, responseId, error: stopped });
      else if (stopped instanceof ModelError)
        report('a model failed', { organizationId, responseId, model: making.row.model, reason: stopped.code });
      return outcome;
    }
  };
}

function taskOf({ row, history }: Making, start: ResponseState, packages: PackageList | undefined): LoopTask {
  const { request, input } = row;
  const { items, steps, messages } = start;
  return {
    instructions: systemPrompt(request, packages),
    mode: request.code.mode,
    temperature: request.temperature ?? undefined,
    outputTokensMax: request.outputTokensMax ?? undefined,
    stepsMax: request.stepsMax,
    readingTokensMax: READING_TOKENS_MAX,
    outputCharactersMax: RESPONSE_OUTPUT_CHARACTERS_MAX,
    pictureCharactersMax: READING_PICTURE_CHARACTERS_MAX,
    start: { items, steps, messages: [...history, ...input, ...messages] },
    hasRun: messages.some(({ role }) => role === 'results') && hasRunCode(items),
  };
}
