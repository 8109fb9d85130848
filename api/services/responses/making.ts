/** Makes a response in this process: the loop, its events, its row after each step, and its end whatever comes. */
import type { ResponseId } from '../../../shared/contracts/ids.ts';
import type { PackageList } from '../../../shared/contracts/worker-status.ts';
import { READING_TOKENS_MAX } from '../../../shared/contracts/limits.ts';
import { pause } from '../../../shared/platform/deadline.ts';
import type { Model, ModelMessage } from '../../models/model.ts';
import type { ResponseEnd, ResponseProgressStore } from '../../store/response-progress-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createLogWriter, type LogWriter } from './log-writer.ts';
import { runLoop, type LoopDeps, type LoopTask } from './loop.ts';
import { systemPrompt } from './prompt.ts';
import { createRecorded, type Recorded } from './recorded.ts';
import { outcomeOf, outcomeOfError, type Outcome } from './response-end.ts';
import type { RunCode } from './run-code.ts';
import { createStops, type StopsDeps } from './stops.ts';

export type MakingDeps = StopsDeps & {
  readonly store: Pick<ResponseProgressStore, 'save' | 'saveItems' | 'finish' | 'beat'>;
  readonly log: {
    append(responseId: string, first: number, events: readonly string[]): Promise<void>;
    expireSoon(responseId: string): Promise<void>;
  };
  readonly runCode: RunCode;
  /** What code can import, where that is known. */
  readonly packages: () => Promise<PackageList | undefined>;
  readonly newItemId: LoopDeps['newItemId'];
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type Making = {
  readonly row: ResponseRow;
  readonly model: Model;
  readonly history: readonly ModelMessage[];
  /** Aborts with a `ResponseStop` when nobody wants the response any more. */
  readonly signal: AbortSignal;
};

const FINISH_TRIES = 5;
const FINISH_RETRY_MS = 500;

export function createMaking(deps: MakingDeps) {
  const { store, log, runCode, packages, newItemId, timeMsMax, report } = deps;
  const stops = createStops(deps);
  const underWay = new Set<Promise<ResponseEnd>>();

  /** Tries for a while: a response whose end is not stored is lost. */
  async function finish(id: ResponseId, end: ResponseEnd): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await store.finish(id, end);
        return;
      } catch (error) {
        if (tries < FINISH_TRIES) await pause(FINISH_RETRY_MS, AbortSignal.timeout(FINISH_RETRY_MS));
        else {
          report('the end of a response could not be stored', { responseId: id, error });
          return;
        }
      }
    }
  }

  /** Runs the loop to an end of any kind. Never rejects. */
  async function loop(making: Making, recorded: Recorded, writer: LogWriter, signal: AbortSignal): Promise<Outcome> {
    const { row, model } = making;
    const { organization_id: organizationId, id: responseId, request } = row;
    try {
      const loopDeps: LoopDeps = {
        model,
        run: runCode({ organizationId, responseId, live: request.live, timeMsMax }),
        emit: (event) => {
          recorded.note(event);
          writer.emit(event);
        },
        save: async (progress) => {
          recorded.reached(progress);
          await store.save(responseId, recorded.state());
        },
        newItemId,
      };
      const known = request.code.mode === 'off' ? undefined : await packages();
      const end = await runLoop(loopDeps, taskOf(making, known), signal);
      recorded.reached(end.progress);
      return outcomeOf(end);
    } catch (error) {
      const stopped: unknown = signal.aborted ? signal.reason : error;
      const outcome = outcomeOfError(stopped);
      if (outcome.fault?.code === 'INTERNAL')
        report('a response failed', { organizationId, responseId, error: stopped });
      return outcome;
    }
  }

  /** @returns how it ended, once that is stored; never rejects */
  async function make(making: Making): Promise<ResponseEnd> {
    const { row, history, signal } = making;
    const stop = stops.begin(row.id);
    const recorded = createRecorded(history.length + row.input.length);
    const writer = createLogWriter({
      append: (first, events) => log.append(row.id, first, events),
      keepItem: () => store.saveItems(row.id, recorded.state().items),
      onLost: (error) => {
        report('events of a response are lost', { responseId: row.id, error });
      },
    });
    try {
      writer.emit({ type: 'created' });
      writer.emit({ type: 'in_progress' });
      const outcome = await loop(making, recorded, writer, AbortSignal.any([signal, stop.signal]));
      await writer.settled();
      const end = { ...recorded.state(), ...outcome };
      await finish(row.id, end);
      writer.emit({ type: 'ended' });
      await writer.settled();
      log.expireSoon(row.id).catch(() => undefined); // it expires later then
      return end;
    } finally {
      stop.end();
    }
  }

  return {
    /** Like `make`; a process that closes waits for what is under way. */
    make(making: Making): Promise<ResponseEnd> {
      const made = make(making);
      underWay.add(made);
      void made.finally(() => underWay.delete(made));
      return made;
    },
    /** Responses that are being made here. */
    size: () => underWay.size,
    async close(): Promise<void> {
      stops.close();
      await Promise.all(underWay);
    },
  };
}

export type MakingResponses = ReturnType<typeof createMaking>;

function taskOf({ row, history }: Making, packages: PackageList | undefined): LoopTask {
  const { request, input } = row;
  return {
    instructions: systemPrompt(request, packages),
    mode: request.code.mode,
    temperature: request.temperature ?? undefined,
    outputTokensMax: request.outputTokensMax ?? undefined,
    stepsMax: request.stepsMax,
    readingTokensMax: READING_TOKENS_MAX,
    start: { messages: [...history, ...input], items: [], steps: 0, usage: { inputTokens: 0, outputTokens: 0 } },
  };
}
