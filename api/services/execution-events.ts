/** The server-sent events of an execution, made from its row and its live stream. Pure. */
import { SSE_EVENTS, type OutputEvent } from '../../shared/contracts/events.ts';
import type { Execution, ExecutionSummary, Output } from '../../shared/contracts/execution.ts';
import type { ExecutionId } from '../../shared/contracts/ids.ts';
import type { ExecutionRow } from '../store/schema.ts';
import { endId, liveId, rowId } from './event-cursor.ts';
import { asQueued, toExecution, toSummary } from './execution-view.ts';

export type StartedEvent = { readonly id: ExecutionId; readonly attempt: number; readonly started_at: string };

/** `id` is what the client gives back to go on after this event. */
export type ExecutionEvent =
  | { readonly name: typeof SSE_EVENTS.queued; readonly id: string; readonly data: ExecutionSummary }
  | { readonly name: typeof SSE_EVENTS.started; readonly id: string; readonly data: StartedEvent }
  | { readonly name: typeof SSE_EVENTS.output; readonly id: string; readonly data: OutputEvent }
  | { readonly name: typeof SSE_EVENTS.finished; readonly id: string; readonly data: Execution };

export function queuedEvent(row: ExecutionRow): ExecutionEvent {
  return { name: SSE_EVENTS.queued, id: liveId(0, '0-0'), data: asQueued(toSummary(row)) };
}

export function startedEvent(id: string, data: StartedEvent): ExecutionEvent {
  return { name: SSE_EVENTS.started, id, data };
}

export function outputEvent(id: string, data: OutputEvent): ExecutionEvent {
  return { name: SSE_EVENTS.output, id, data };
}

export function finishedEvent(row: ExecutionRow): ExecutionEvent {
  return { name: SSE_EVENTS.finished, id: endId(row.attempt), data: toExecution(row) };
}

/** Everything that follows `queued`, from a final row alone: what the live stream held, with neighbouring texts joined. */
export function rebuiltEvents(row: ExecutionRow): ExecutionEvent[] {
  const { id, attempt } = row;
  const started = row.started_at === null ? [] : [startedOf(rowId(attempt, 0), row, row.started_at)];
  const outputs = (row.outputs ?? []).map((output: Output, index) =>
    outputEvent(rowId(attempt, index + 1), { id, attempt, output }),
  );
  return [...started, ...outputs, finishedEvent(row)];
}

function startedOf(eventId: string, row: ExecutionRow, startedAt: Date): ExecutionEvent {
  return startedEvent(eventId, { id: row.id, attempt: row.attempt, started_at: startedAt.toISOString() });
}
