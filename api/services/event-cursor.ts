/**
 * Ids of server-sent events, as clients give them back in `Last-Event-ID`. Pure.
 *
 * - `<attempt>.<stream id>`: stands in the execution's live stream at that place;
 * - `<attempt>.row-<n>`: the n-th of the events that are rebuilt from the row;
 * - `<attempt>.end`: nothing follows.
 */
export type Cursor =
  | { readonly kind: 'start' }
  | { readonly kind: 'live'; readonly attempt: number; readonly streamId: string }
  | { readonly kind: 'row'; readonly position: number }
  | { readonly kind: 'end' };

const SHAPE = /^(\d{1,9})\.(?:(\d{1,16}-\d{1,16})|row-(\d{1,9})|(end))$/;

/** What a client has seen; an id that is none of ours counts as nothing seen. */
export function parseCursor(lastEventId: string | undefined): Cursor {
  const [, attempt, streamId, position, end] = SHAPE.exec(lastEventId ?? '') ?? [];
  if (streamId !== undefined) return { kind: 'live', attempt: Number(attempt), streamId };
  if (position !== undefined) return { kind: 'row', position: Number(position) };
  return { kind: end === undefined ? 'start' : 'end' };
}

export const liveId = (attempt: number, streamId: string): string => `${String(attempt)}.${streamId}`;
export const rowId = (attempt: number, position: number): string => `${String(attempt)}.row-${String(position)}`;
export const endId = (attempt: number): string => `${String(attempt)}.end`;
