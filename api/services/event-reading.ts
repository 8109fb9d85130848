/** Where one reader of a live stream stands, and what it is told of the next event. */
import type { LiveEvent } from '../../shared/contracts/events.ts';
import type { ExecutionRow } from '../store/schema.ts';
import { liveId, type Cursor } from './event-cursor.ts';
import { finishedEvent, outputEvent, rebuiltEvents, startedEvent, type ExecutionEvent } from './execution-events.ts';

export type StoredEvent = { readonly id: string; readonly event: LiveEvent };

/** How long lost wake-ups can go unnoticed. */
export const REREAD_MS = 1_000;
const FIRST_STREAM_ID = '0-0';

/** Keeps the attempts apart: what a lost run showed is void once a newer one has begun. */
export function createReading(first: ExecutionRow, cursor: Cursor) {
  let attempt = cursor.kind === 'live' ? cursor.attempt : 0;
  let streamId = cursor.kind === 'live' ? cursor.streamId : FIRST_STREAM_ID;
  let startedAttempt = attempt;
  let attemptOffset = first.attempt_offset;
  let rowReadAtMs = performance.now();

  return {
    streamId: () => streamId,
    rowRead(): void {
      rowReadAtMs = performance.now();
    },
    isRowOld: () => performance.now() - rowReadAtMs >= REREAD_MS,

    *translate(row: ExecutionRow, { id, event }: StoredEvent): Generator<ExecutionEvent, void, void> {
      streamId = id;
      attemptOffset = Math.max(attemptOffset, row.attempt_offset);
      const shown = event.attempt + attemptOffset;
      if (shown < attempt) return;
      attempt = shown;
      const eventId = liveId(shown, id);
      if (event.type === 'started') {
        startedAttempt = shown;
        const startedAt = new Date(event.started_at_ms).toISOString();
        yield startedEvent(eventId, { id: row.id, attempt: shown, started_at: startedAt });
      }
      if (event.type === 'output') yield outputEvent(eventId, { id: row.id, attempt: shown, output: event.output });
    },

    /** The end, after what the live stream has not told of the attempt that ended: a short run leaves nothing there. */
    *end(row: ExecutionRow): Generator<ExecutionEvent, void, void> {
      if (attempt < row.attempt) {
        yield* rebuiltEvents(row);
        return;
      }
      if (row.started_at !== null && startedAttempt < row.attempt) {
        const data = { id: row.id, attempt: row.attempt, started_at: row.started_at.toISOString() };
        yield startedEvent(liveId(row.attempt, streamId), data);
      }
      yield finishedEvent(row);
    },
  };
}

export type Reading = ReturnType<typeof createReading>;
