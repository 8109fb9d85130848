/** Makes a response in this process: its log, its row after each step, and its end whatever comes. */
import type { ResponseId } from '../../../shared/contracts/ids.ts';
import { EVENTS_PER_ATTEMPT } from '../../../shared/contracts/response-event.ts';
import { pause } from '../../../shared/platform/deadline.ts';
import type { ResponseEnd, ResponseProgressStore, ResponseState } from '../../store/response-progress-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createTurns } from '../turns.ts';
import { createLogWriter, type LogWriter } from './log-writer.ts';
import { createMakingLoop, type Making, type MakingLoopDeps } from './making-loop.ts';
import { withoutPictures } from './model-reading.ts';
import { createRecorded, type Recorded } from './recorded.ts';
import { createStops, type StopsDeps } from './stops.ts';
import { closingEvents, toldBefore } from './told-before.ts';

export type MakingDeps = Omit<StopsDeps, 'store'> &
  Omit<MakingLoopDeps, 'store'> & {
    readonly store: Pick<ResponseProgressStore, 'save' | 'saveItems' | 'finish' | 'handBack' | 'beat'>;
    /** Called when a response has ended: somebody may wait to be told. */
    readonly onEnded: (model: string, end: ResponseEnd) => void;
    readonly log: {
      append(responseId: string, first: number, events: readonly string[]): Promise<void>;
      readAfter(responseId: string, after: number): Promise<{ readonly number: number; readonly text: string }[]>;
      expireSoon(responseId: string): Promise<void>;
    };
  };

/** A row can have 64 MiB, and takes several times that in memory while it is written. */
const ROWS_WRITTEN_AT_ONCE_MAX = 2;
/** For how long a database that is away is tried: a restart takes seconds, and what is not stored is lost. */
const STORE_PATIENCE_MS = 12_000;
const STORE_RETRY_MS = 500;

export function createMaking(deps: MakingDeps) {
  const { log, timeMsMax, onEnded, report } = deps;
  const store = inTurn(deps.store);
  const stops = createStops(deps);
  const loop = createMakingLoop({ ...deps, store });
  const underWay = new Set<Promise<unknown>>();

  /** Tries for a while: what is not stored is lost. @returns whether it is stored, and by this attempt */
  async function stored(responseId: ResponseId, write: () => Promise<boolean>): Promise<boolean> {
    const patience = AbortSignal.timeout(STORE_PATIENCE_MS);
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (patience.aborted) {
          report('the end of a response could not be stored', { responseId, error });
          return false;
        }
        await pause(STORE_RETRY_MS, patience);
      }
    }
  }

  /** Goes on where readers are. @returns what they were told, all of it closed */
  async function goOn(row: ResponseRow, writer: LogWriter): Promise<ResponseState> {
    if (row.attempt > 1) {
      writer.emit({ type: 'continued' }); // from here on an earlier attempt writes nothing any more
      await writer.settled();
    }
    const told =
      row.attempt > 1
        ? await toldBefore((after) => log.readAfter(row.id, after), row.items).catch(() => undefined)
        : undefined;
    const { hasBegun, items } = told ?? { hasBegun: row.items.length > 0, items: row.items };
    if (!hasBegun) for (const type of ['created', 'in_progress'] as const) writer.emit({ type });
    const recorded = createRecorded(0, stateOf(row, items));
    for (const event of closingEvents(items)) {
      recorded.note(event);
      writer.emit(event);
    }
    return recorded.state();
  }

  function writerFor(row: ResponseRow, state: () => ResponseState): LogWriter {
    return createLogWriter({
      first: (row.attempt - 1) * EVENTS_PER_ATTEMPT + 1,
      append: (first, events) => log.append(row.id, first, events),
      keepItems: () => store.saveItems(row, state().items),
      onLost: (error) => {
        report('events of a response are lost', { responseId: row.id, error });
      },
    });
  }

  /** @returns how it ended; undefined when that is another's to tell, or could not be stored */
  async function make(making: Making): Promise<ResponseEnd | undefined> {
    const { row, history, signal, elapsedMs } = making;
    const stop = stops.begin(row, timeMsMax - elapsedMs);
    const before = history.length + row.input.length;
    let recorded: Recorded = createRecorded(before, stateOf(row, row.items));
    const writer = writerFor(row, () => recorded.state());
    try {
      recorded = createRecorded(before, await goOn(row, writer));
      const outcome = await loop(making, {
        recorded,
        emit: (event) => {
          recorded.note(event);
          writer.emit(event);
        },
        signal: AbortSignal.any([signal, stop.signal]),
      });
      await writer.settled();
      if (outcome === 'handed_back') {
        await stored(row.id, () => store.handBack(row, recorded.state()));
        return undefined;
      }
      const state = recorded.state();
      const end = { ...state, messages: withoutPictures(state.messages), ...outcome };
      if (!(await stored(row.id, () => store.finish(row, end)))) return undefined;
      onEnded(row.model, end);
      writer.emit({ type: 'ended' });
      await writer.settled();
      log.expireSoon(row.id).catch(() => undefined); // it expires later then
      return end;
    } finally {
      stop.end();
    }
  }

  return {
    /** Like `make`; a process that closes waits for what is under way. Never rejects. */
    make(making: Making): Promise<ResponseEnd | undefined> {
      const made = make(making);
      underWay.add(made);
      void made.finally(() => underWay.delete(made));
      return made;
    },
    /** Responses that are being made here. */
    size: () => underWay.size,
    /** Stops what is still being made: those in the background are handed back. */
    async close(): Promise<void> {
      stops.close();
      await Promise.all(underWay);
    },
  };
}

export type MakingResponses = ReturnType<typeof createMaking>;

function inTurn(store: MakingDeps['store']): Pick<MakingDeps['store'], 'save' | 'saveItems' | 'finish' | 'handBack'> {
  const take = createTurns(ROWS_WRITTEN_AT_ONCE_MAX);
  return {
    save: (...of) => take(() => store.save(...of)),
    saveItems: (...of) => take(() => store.saveItems(...of)),
    finish: (...of) => take(() => store.finish(...of)),
    handBack: (...of) => take(() => store.handBack(...of)),
  };
}

function stateOf(row: ResponseRow, items: ResponseState['items']): ResponseState {
  const { messages, steps, model_steps: modelSteps, input_tokens: inputTokens, output_tokens: outputTokens } = row;
  return { messages, items, steps, modelSteps, usage: { inputTokens, outputTokens } };
}
