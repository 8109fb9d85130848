/**
 * Where a consumer of reports reads next: at what no process has had, or at what it has had itself and failed at.
 * Pure.
 *
 * ```
 * start ──► pending, whole batches ──(end)──► new ──(batch failed)──► pending, whole batches from the first on
 *               │ a batch fails: the same entries one by one; a single one that fails is left out
 *               │ an outage: the same entries in smaller batches, for it may be their size that times out
 * ```
 * What is left out comes again when it has been idle long enough to be claimed.
 */

export type Position =
  { readonly kind: 'new' } | { readonly kind: 'pending'; readonly after: string; readonly count: number };

/** `outage`: whoever handles reports is away, so that no single report is to blame. */
export type Outcome = 'handled' | 'failed' | 'outage';

/** Reports of 9 MiB are rare, but a reply with many of them must fit into memory. */
export const BATCH_MAX = 16;
export const NEW: Position = { kind: 'new' };
export const ALL_PENDING: Position = { kind: 'pending', after: '0-0', count: BATCH_MAX };

/** @param lastId of the entries that were read at `position`; undefined when there were none */
export function nextPosition(position: Position, outcome: Outcome, lastId: string | undefined): Position {
  if (lastId === undefined) return NEW;
  if (position.kind === 'new') return outcome === 'handled' ? NEW : ALL_PENDING;
  if (outcome === 'handled') return { ...position, after: lastId };
  if (outcome === 'outage') return { ...position, count: Math.max(1, Math.floor(position.count / 2)) };
  return { kind: 'pending', count: 1, after: position.count === 1 ? lastId : position.after };
}
