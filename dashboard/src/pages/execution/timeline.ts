/** The stations of an execution's life, with the time between them. Pure. */
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';

export type Station = {
  readonly name: string;
  /** ISO 8601; null: not reached. */
  readonly at: string | null;
  /** Since the station before that was reached. */
  readonly tookMs: number | null;
};

type Told = Pick<
  OperatorExecution,
  'created_at' | 'dispatched_at' | 'started_at' | 'finished_at' | 'usage' | 'cancel_requested_at' | 'status'
>;

/** Queued, dispatched where it had to wait, taken, started, finished; and where a cancel was asked for. */
export function stationsOf(told: Told): readonly Station[] {
  const takenAt = told.usage === null ? null : later(told.created_at, told.usage.queue_ms);
  const moments: readonly (readonly [name: string, at: string | null])[] = [
    ['Queued', told.created_at],
    ...(told.dispatched_at === null ? [] : [['Dispatched', told.dispatched_at] as const]),
    ['Taken by a worker', takenAt],
    ['Started', told.started_at],
    ...(told.cancel_requested_at === null ? [] : [['Cancel asked for', told.cancel_requested_at] as const]),
    ['Finished', told.finished_at],
  ];
  let before: string | null = null;
  return moments.map(([name, at]) => {
    const tookMs = at === null || before === null ? null : Math.max(0, Date.parse(at) - Date.parse(before));
    before = at ?? before;
    return { name, at, tookMs };
  });
}

function later(at: string, byMs: number): string {
  return new Date(Date.parse(at) + byMs).toISOString();
}
