/** From counts to what the overview shows of a time. Pure. */
import type { Activity, ActivityBucket, OverviewRange, Percentiles } from '../../shared/contracts/operator-overview.ts';
import { EXIT_REASONS } from '../../shared/contracts/statuses.ts';
import { ExecutionCounts } from '../../shared/contracts/usage.ts';
import type { ActivityRange, ActivityRow, ActivityStep } from '../store/activity-store.ts';
import { percentileMs, type Bin } from './duration-bins.ts';

export const RANGES: Readonly<Record<OverviewRange, { readonly step: ActivityStep; readonly steps: number }>> = {
  hour: { step: 60, steps: 60 },
  day: { step: 900, steps: 96 },
  week: { step: 3_600, steps: 168 },
};

const MS_PER_S = 1_000;
const [P50, P95, P99] = [0.5, 0.95, 0.99];

/** As many steps as the range has; the last one is under way. */
export function rangeOf(name: OverviewRange, now: Date): ActivityRange {
  const { step, steps } = RANGES[name];
  const stepMs = step * MS_PER_S;
  const endMs = (Math.floor(now.getTime() / stepMs) + 1) * stepMs;
  return { from: new Date(endMs - steps * stepMs), to: new Date(endMs) };
}

/** Also those in which nothing happened. */
export function toBuckets(
  rows: readonly ActivityRow[],
  { from, to }: ActivityRange,
  step: ActivityStep,
): ActivityBucket[] {
  const stepMs = step * MS_PER_S;
  const byStart = Map.groupBy(rows, (row) => row.start.getTime());
  return Array.from({ length: (to.getTime() - from.getTime()) / stepMs }, (_none, at) => {
    const startMs = from.getTime() + at * stepMs;
    const [start, end] = [new Date(startMs).toISOString(), new Date(startMs + stepMs).toISOString()];
    return { start, end, ...toActivity(byStart.get(startMs) ?? []) };
  });
}

export function toActivity(rows: readonly ActivityRow[]): Activity {
  const byKind = Map.groupBy(rows, (row) => row.kind);
  const countOf = (kind: ActivityRow['kind']) => sum(byKind.get(kind) ?? []);
  const ended = Map.groupBy(byKind.get('ended') ?? [], (row) => row.label);
  return {
    created: countOf('created'),
    started: countOf('started'),
    ended: countOf('ended'),
    by_exit_reason: ExecutionCounts.parse(
      Object.fromEntries(EXIT_REASONS.map((reason) => [reason, sum(ended.get(reason) ?? [])])),
    ),
    queue_ms: toPercentiles(byKind.get('queue') ?? []),
    wall_ms: toPercentiles(byKind.get('wall') ?? []),
  };
}

function sum(rows: readonly ActivityRow[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

function toPercentiles(rows: readonly ActivityRow[]): Percentiles | null {
  const bins: Bin[] = rows.map(({ label, count }) => ({ bin: Number(label), count }));
  const [p50, p95, p99] = [P50, P95, P99].map((part) => percentileMs(bins, part));
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
}
