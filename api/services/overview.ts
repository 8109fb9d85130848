/** How the service does: now, told again and again to whoever looks, and over a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../shared/contracts/errors.ts';
import type { Overview, OverviewNow, OverviewRange, OverviewTick } from '../../shared/contracts/operator-overview.ts';
import type { OperatorWorker } from '../../shared/contracts/operator-worker.ts';
import { within } from '../../shared/platform/deadline.ts';
import type { ActivityStore } from '../store/activity-store.ts';
import type { Health } from './health.ts';
import { rangeOf, RANGES, toActivity, toBuckets } from './overview-activity.ts';
import type { QueueControl } from './queue-control.ts';
import { createSeats } from './seats.ts';
import type { Workers } from './workers.ts';

export type OverviewDeps = {
  readonly store: Pick<ActivityStore, 'byStep' | 'since' | 'busiest'>;
  readonly queue: Pick<QueueControl, 'state'>;
  readonly workers: Pick<Workers, 'list'>;
  readonly health: Pick<Health, 'readiness'>;
  readonly now: () => Date;
};

/** An event of a stream of overviews. */
export type OverviewEvent = { readonly name: 'overview'; readonly id: string; readonly data: OverviewTick };
export type OverviewStream = { readonly events: AsyncGenerator<OverviewEvent, void, void>; readonly close: () => void };

export const TICK_MS = 2_000;
export const OVERVIEW_STREAMS_MAX = 64;
const PART_MS_MAX = 1_500;
const LAST_MS = 60_000;
const ORGANIZATIONS_TOLD_MAX = 10;
const MS_PER_S = 1_000;
const RETRY_AFTER_SECONDS = 5;

export function createOverview({ store, queue, workers, health, now }: OverviewDeps) {
  const seats = createSeats(OVERVIEW_STREAMS_MAX);
  const tick = oncePerTick(readTick, now);
  const byRange = {
    hour: oncePerTick(() => readRange('hour'), now),
    day: oncePerTick(() => readRange('day'), now),
    week: oncePerTick(() => readRange('week'), now),
  } as const;

  async function readNow(): Promise<OverviewNow> {
    const [state, list, { parts }] = await Promise.all([
      orNull(queue.state()),
      orNull(workers.list()),
      health.readiness(),
    ]);
    const living = (list ?? []).filter(({ state: of }) => of !== 'dead');
    return {
      at: now().toISOString(),
      queue: state,
      workers: (list ?? []).map(toShownWorker),
      health: { database: parts.database, redis: parts.redis, engines: enginesOf(living) },
    };
  }

  async function readTick(): Promise<OverviewTick> {
    const since = new Date(now().getTime() - LAST_MS);
    const [rows, seen] = await Promise.all([orNull(store.since(since)), readNow()]);
    return { object: 'overview.tick', now: seen, last_minute: rows && toActivity(rows) };
  }

  async function readRange(name: OverviewRange): Promise<Overview> {
    const range = rangeOf(name, now());
    const { step } = RANGES[name];
    const [rows, busiest, { now: seen }] = await Promise.all([
      store.byStep(step, range),
      store.busiest(range, ORGANIZATIONS_TOLD_MAX),
      tick(),
    ]);
    return {
      object: 'overview',
      range: name,
      from: range.from.toISOString(),
      to: range.to.toISOString(),
      bucket_seconds: step,
      totals: toActivity(rows),
      data: toBuckets(rows, range, step),
      organizations: busiest.map(({ cpu_ms: cpuMs, ...organization }) => ({
        ...organization,
        cpu_seconds: Math.round(cpuMs) / MS_PER_S,
      })),
      now: seen,
    };
  }

  async function* follow(signal: AbortSignal): AsyncGenerator<OverviewEvent, void, void> {
    while (!signal.aborted) {
      const data = await tick();
      yield { name: 'overview', id: data.now.at, data };
      await delay(TICK_MS, undefined, { signal }).catch(() => undefined); // the signal ends the stream, and is no failure
    }
  }

  return {
    /** Read once in two seconds, however many ask. @throws AppError DATABASE_UNAVAILABLE */
    read: (range: OverviewRange): Promise<Overview> => byRange[range](),

    /** @throws AppError TOO_MANY_STREAMS */
    open(signal: AbortSignal): OverviewStream {
      const close = seats.enter();
      if (close === undefined) throw tooManyStreams();
      return { events: follow(signal), close };
    },
    /** Streams that are open on this process. */
    streamCount: seats.size,
  };
}

export type OverviewReading = ReturnType<typeof createOverview>;

/** All that ask within a tick, or while one is made, share one reading; one that failed is not kept. */
export function oncePerTick<T>(read: () => Promise<T>, now: () => Date): () => Promise<T> {
  let last: { readonly atMs: number; readonly reading: Promise<T> } | undefined;
  let isUnderWay = false;
  return () => {
    const atMs = now().getTime();
    // A little less, so that who comes back after a tick gets a new one.
    if (last !== undefined && (isUnderWay || atMs - last.atMs < 0.9 * TICK_MS)) return last.reading;
    const reading = read();
    last = { atMs, reading };
    isUnderWay = true;
    reading.then(
      () => {
        isUnderWay = false;
      },
      () => {
        isUnderWay = false;
        last = undefined;
      },
    );
    return reading;
  };
}

/** What cannot be told in time is left out: the rest counts all the more then. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  return within(PART_MS_MAX, reading).catch(() => null);
}

function toShownWorker({ id, host, state, slots, busy, sandboxes: { warm, bound } }: OperatorWorker) {
  return { id, host, state, slots, busy, warm, bound };
}

/** Pure. */
export function enginesOf(living: readonly Pick<OperatorWorker, 'engine'>[]): OverviewNow['health']['engines'] {
  if (living.length === 0) return { ok: false, detail: 'no live worker' };
  const sick = living.filter(({ engine }) => !engine.healthy);
  const healthy = String(living.length - sick.length);
  return { ok: sick.length === 0, detail: `${healthy} of ${String(living.length)} can start sandboxes` };
}

function tooManyStreams(): AppError {
  const message = `${String(OVERVIEW_STREAMS_MAX)} streams of the overview are open, which is the most allowed.`;
  return new AppError('TOO_MANY_STREAMS', message, {
    details: { limit: OVERVIEW_STREAMS_MAX },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
