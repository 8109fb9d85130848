/** Follows an execution from wherever the client is to its end, on any api process. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { ExecutionRow } from '../store/schema.ts';
import { parseCursor, type Cursor } from './event-cursor.ts';
import { createReading, REREAD_MS, type Reading, type StoredEvent } from './event-reading.ts';
import { queuedEvent, rebuiltEvents, type ExecutionEvent } from './execution-events.ts';
import { noSuchExecution } from './execution-reading.ts';
import { createPlaces, type Leave } from './places.ts';
import type { Waiting } from './waiting.ts';
import type { Watch } from './watch.ts';

export type EventStreamsDeps = {
  readonly store: Pick<ExecutionStore, 'find'>;
  readonly reader: { readAfter(executionId: string, afterId: string): Promise<StoredEvent[]> };
  readonly onEvents: (executionId: string, listener: () => void) => Promise<() => void>;
  readonly waiting: Pick<Waiting, 'watch'>;
  /** Open streams of one organization on this process. */
  readonly streamsMax: number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

type Events = AsyncGenerator<ExecutionEvent, void, void>;

export type EventStream = {
  /** Ends after `execution.finished`, when the signal aborts, or when the execution is deleted. */
  readonly events: Events;
  readonly close: () => void;
};

export type OpenOptions = {
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  /** What `reserve` gave; the stream, or the failure to open it, gives it back. */
  readonly place?: Leave | undefined;
};

const RETRY_AFTER_SECONDS = 5;

export function createEventStreams({ store, reader, onEvents, waiting, streamsMax, report }: EventStreamsDeps) {
  const places = createPlaces(streamsMax);

  function reserve(organizationId: OrganizationId): Leave {
    const leave = places.enter(organizationId);
    if (leave === undefined) throw tooManyStreams(streamsMax);
    return leave;
  }

  /** What the live stream holds; nothing while Redis is away, as the row tells the end all the same. */
  async function readAfter(id: ExecutionId, streamId: string): Promise<StoredEvent[]> {
    return reader.readAfter(id, streamId).catch(() => []);
  }

  async function* follow(first: ExecutionRow, cursor: Cursor, watch: Watch, signal: AbortSignal): Events {
    if (cursor.kind === 'start') yield queuedEvent(first);
    if (isFinal(first.status) && cursor.kind !== 'live') {
      yield* rebuiltEvents(first).slice(cursor.kind === 'row' ? cursor.position + 1 : 0);
      return;
    }
    yield* followLive(first, cursor, watch, signal);
  }

  async function* followLive(first: ExecutionRow, cursor: Cursor, watch: Watch, signal: AbortSignal): Events {
    const reading = createReading(first, cursor);
    const { organization_id: organizationId, id } = first;
    let wakesSeen = 0; // the watch is older than the first reading
    for (let row: ExecutionRow | undefined = first; row !== undefined && !signal.aborted;) {
      yield* news(row, reading);
      if (isFinal(row.status)) {
        yield* reading.end(row);
        return;
      }
      await watch.next(REREAD_MS, signal);
      // New events alone are no reason to read the row: it changes when somebody says so, or unheard.
      if (watch.wakes() !== wakesSeen || reading.isRowOld()) {
        wakesSeen = watch.wakes();
        row = await store.find(organizationId, id);
        reading.rowRead();
      }
    }
  }

  /** What came in since the last look. A start may belong to a newer dispatch than the row that is known. */
  async function* news(row: ExecutionRow, reading: Reading): Events {
    for (const stored of await readAfter(row.id, reading.streamId())) {
      const isStart = stored.event.type === 'started';
      const known = isStart ? ((await store.find(row.organization_id, row.id)) ?? row) : row;
      yield* reading.translate(known, stored);
    }
  }

  async function open(
    organizationId: OrganizationId,
    id: ExecutionId,
    { lastEventId, signal, place }: OpenOptions,
  ): Promise<EventStream | undefined> {
    const leave = place ?? reserve(organizationId);
    const watch = waiting.watch(id);
    const closers = [
      leave,
      () => {
        watch.stop();
      },
    ];
    const close = () => {
      for (const closer of closers.splice(0)) closer();
    };
    try {
      // Listening comes before the first reading, so that nothing can happen unseen in between.
      closers.push(
        await onEvents(id, () => {
          watch.nudge();
        }),
      );
      const row = await store.find(organizationId, id);
      if (row === undefined) throw noSuchExecution();
      const cursor = parseCursor(lastEventId);
      if (cursor.kind === 'end' && isFinal(row.status)) {
        close();
        return undefined;
      }
      return { events: follow(row, cursor, watch, signal), close };
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    /**
     * Keeps a place for those who submit first and stream then; for `openTaken`, or to be given back.
     * @throws AppError TOO_MANY_STREAMS
     */
    reserve,
    /**
     * @returns undefined when the client has seen the end
     * @throws AppError NOT_FOUND, TOO_MANY_STREAMS, QUEUE_UNAVAILABLE
     */
    open,
    /**
     * For an execution that this request has just submitted: it is taken in, whatever becomes of the stream.
     * @returns undefined when the stream cannot be opened; never rejects
     */
    async openTaken(
      organizationId: OrganizationId,
      id: ExecutionId,
      options: Required<Pick<OpenOptions, 'signal' | 'place'>>,
    ): Promise<EventStream | undefined> {
      return open(organizationId, id, options).catch((error: unknown) => {
        report('the events of a new execution could not be streamed', { executionId: id, error });
        return undefined;
      });
    },
    /** Open streams of all organizations on this process. */
    size: places.size,
  };
}

export type EventStreams = ReturnType<typeof createEventStreams>;

export function tooManyStreams(streamsMax: number): AppError {
  return new AppError(
    'TOO_MANY_STREAMS',
    `Your organization has ${String(streamsMax)} event streams open, which is the most allowed.`,
    {
      details: { limit: streamsMax },
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  );
}
