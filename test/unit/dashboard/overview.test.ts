import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureRows, failuresOf, openRows, rateRows, timeRows } from '../../../dashboard/src/pages/overview/series.ts';
import { powersOfTen } from '../../../dashboard/src/parts/chart-row.ts';
import { rangeOf } from '../../../dashboard/src/pages/overview/use-overview.ts';
import type { ActivityBucket, Overview } from '../../../shared/contracts/operator-overview.ts';

const NO_REASONS = {
  ok: 0,
  exception: 0,
  exit: 0,
  timed_out: 0,
  out_of_memory: 0,
  output_limit: 0,
  killed: 0,
  cancelled: 0,
  sandbox_lost: 0,
};

const START_MS = Date.parse('2026-01-31T12:00:00.000Z');
const MINUTE_MS = 60_000;

function bucket(at: number, change: Partial<ActivityBucket> = {}): ActivityBucket {
  const [start, end] = [at, at + 1].map((minute) => new Date(START_MS + minute * MINUTE_MS).toISOString());
  if (start === undefined || end === undefined) throw new Error('a bucket has two ends');
  return {
    start,
    end,
    created: 0,
    started: 0,
    ended: 0,
    by_exit_reason: NO_REASONS,
    queue_ms: null,
    wall_ms: null,
    ...change,
  };
}

type Steps = Parameters<typeof openRows>[0];

function steps(
  data: readonly ActivityBucket[],
  queue: Partial<NonNullable<Overview['now']['queue']>> | null = {},
): Steps {
  const to = data.at(-1)?.end ?? '';
  const whole = {
    object: 'queue' as const,
    ...{ paused: false, queued: 0, in_flight: 0, slots: 4, oldest_queued_seconds: null },
    results_backlog: { reports: 0, bytes: 0 },
  };
  return { range: 'hour', data: [...data], now: { at: to, queue: queue && { ...whole, ...queue } } };
}

describe('dashboard: overview, executions per second', () => {
  it('divides by the time of the bucket, and of the one under way by what has passed of it', () => {
    const data = [bucket(0, { started: 30, ended: 60 }), bucket(1, { started: 10, ended: 20 })];
    const at = new Date(START_MS + MINUTE_MS + 10_000).toISOString();
    const rows = rateRows({ ...steps(data), now: { at, queue: null } });
    expect(rows.map(({ values }) => values)).toEqual([
      { started: 0.5, ended: 1 },
      { started: 1, ended: 2 },
    ]);
  });

  it('leads from each bucket to the executions of its time', () => {
    const [row] = rateRows(steps([bucket(0)]));
    const asked = new URLSearchParams(row?.link.split('?')[1]);
    expect(Object.fromEntries(asked)).toEqual({
      created_after: '2026-01-31T12:00:00.000Z',
      created_before: '2026-01-31T12:01:00.000Z',
    });
  });
});

describe('dashboard: overview, queued or running', () => {
  it('reckons back from what is open now', () => {
    const data = [bucket(0, { created: 5, ended: 1 }), bucket(1, { created: 2, ended: 3 }), bucket(2, { created: 1 })];
    const rows = openRows(steps(data, { queued: 3, in_flight: 1 }));
    expect(rows?.map(({ values }) => values['open'])).toEqual([4, 3, 4]);
  });

  it('says nothing while the queue cannot be read', () => {
    expect(openRows(steps([bucket(0)], null))).toBeNull();
  });
});

describe('dashboard: overview, times', () => {
  it('leaves a gap where nothing ended', () => {
    const times = { p50: 3, p95: 40, p99: 50 };
    const rows = timeRows(steps([bucket(0), bucket(1, { wall_ms: times })]), 'wall_ms');
    expect(rows.map(({ values }) => values)).toEqual([{ p50: null, p95: null, p99: null }, times]);
  });

  it('has an axis of powers of ten around every value above zero', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1 }), (values) => {
        const ticks = powersOfTen([...values, null, 0]);
        const [lowest = 0, highest = 0] = [ticks.at(0), ticks.at(-1)];
        // A value that is a power of ten may be a hair off it.
        expect(lowest).toBeLessThanOrEqual(Math.min(...values) * 1.000001);
        expect(highest).toBeGreaterThanOrEqual(Math.max(...values) * 0.999999);
        expect(ticks.length).toBeGreaterThan(1);
      }),
    );
  });
});

describe('dashboard: overview, failures', () => {
  const counts = { ...NO_REASONS, ok: 9, cancelled: 4, exit: 1, timed_out: 7 };

  it('counts neither what went well nor what was cancelled, and tells the most frequent first', () => {
    expect(failuresOf(counts)).toEqual([
      { reason: 'timed_out', count: 7 },
      { reason: 'exit', count: 1 },
    ]);
  });

  it('leads to those that failed', () => {
    const [row] = failureRows(steps([bucket(0, { by_exit_reason: counts })]), ['exit']);
    expect(row?.values).toEqual({ exit: 1 });
    expect(row?.link).toContain('status=failed');
  });
});

describe('dashboard: overview, range', () => {
  it.each([
    ['week', 'week'],
    ['', 'hour'],
    ['century', 'hour'],
  ])('takes %j from the address as %s', (word, range) => {
    expect(rangeOf(word)).toBe(range);
  });
});
