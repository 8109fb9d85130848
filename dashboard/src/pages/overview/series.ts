/** What the charts show, and the executions that they lead to: from the buckets of the overview. Pure. */
import type { ActivityBucket, Overview } from '../../../../shared/contracts/operator-overview.ts';
import type { ExitReason } from '../../../../shared/contracts/statuses.ts';
import type { ChartRow } from '../../parts/chart-row.ts';

const SECOND_MS = 1_000;

type Steps = Pick<Overview, 'range' | 'data'> & { readonly now: Pick<Overview['now'], 'at' | 'queue'> };

/** The list of executions, narrowed by these filters. */
export function executionsLink(filters: Readonly<Record<string, string>>): string {
  return `/executions?${new URLSearchParams(filters).toString()}`;
}

/** Executions that were begun and that ended, per second. */
export function rateRows(overview: Steps): ChartRow[] {
  return rowsOf(overview, (bucket) => {
    const seconds = secondsPassed(bucket, overview.now.at);
    return { started: bucket.started / seconds, ended: bucket.ended / seconds };
  });
}

/** How many executions waited or ran at the end of each bucket: those of now, less what came and plus what went since. */
export function openRows(overview: Steps): ChartRow[] | null {
  const { queue } = overview.now;
  if (queue === null) return null;
  let open = queue.queued + queue.in_flight;
  const atEnds = overview.data.toReversed().map(({ created, ended }) => {
    const here = open;
    open = Math.max(0, open - created + ended);
    return here;
  });
  return rowsOf(overview, (_bucket, at) => ({ open: atEnds.at(-1 - at) ?? null }));
}

/** How long executions waited, or ran. */
export function timeRows(overview: Steps, of: 'queue_ms' | 'wall_ms'): ChartRow[] {
  return rowsOf(overview, (bucket) => {
    const times = bucket[of];
    return { p50: times?.p50 ?? null, p95: times?.p95 ?? null, p99: times?.p99 ?? null };
  });
}

export type FailureCount = { readonly reason: ExitReason; readonly count: number };

/** Why executions failed, most frequent first; to be cancelled is no failure. */
export function failuresOf(counts: Overview['totals']['by_exit_reason']): FailureCount[] {
  // The keys of the contract's record are the reasons, which `Object.entries` cannot say.
  const all = Object.entries(counts) as [ExitReason, number][];
  return all
    .filter(([reason, count]) => reason !== 'ok' && reason !== 'cancelled' && count > 0)
    .map(([reason, count]) => ({ reason, count }))
    .sort((one, other) => other.count - one.count);
}

export function failureRows(overview: Steps, reasons: readonly ExitReason[]): ChartRow[] {
  const rows = rowsOf(overview, ({ by_exit_reason: counts }) =>
    Object.fromEntries(reasons.map((reason) => [reason, counts[reason]])),
  );
  return rows.map((row) => ({ ...row, link: `${row.link}&status=failed` }));
}

function rowsOf(
  { range, data }: Steps,
  valuesOf: (bucket: ActivityBucket, at: number) => ChartRow['values'],
): ChartRow[] {
  return data.map((bucket, at) => ({
    label: labelOf(bucket.start, range),
    link: executionsLink({ created_after: bucket.start, created_before: bucket.end }),
    values: valuesOf(bucket, at),
  }));
}

/** The bucket under way is not over: what came in it came in less time. */
function secondsPassed({ start, end }: Pick<ActivityBucket, 'start' | 'end'>, now: string): number {
  const endMs = Math.min(Date.parse(end), Date.parse(now));
  return Math.max(1, (endMs - Date.parse(start)) / SECOND_MS);
}

/** In the viewer's zone; of a week with the day. */
function labelOf(start: string, range: Overview['range']): string {
  const at = new Date(start);
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return range === 'week' ? `${at.toLocaleDateString(undefined, { weekday: 'short', day: 'numeric' })}, ${time}` : time;
}
