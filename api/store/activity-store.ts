/**
 * What happened when, over all organizations: sums by minute, quarter of an hour and hour, made of the same entries in
 * the same statement as what was used; what is not summed up yet is counted where it stands.
 */
import { sql, type RawBuilder } from 'kysely';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { LEAST_MS, RATIO } from '../services/duration-bins.ts';
import { orDatabaseError, type Db } from './database.ts';

/** In seconds: what sums are kept by. */
export const ACTIVITY_STEPS = [60, 900, 3_600] as const;
export type ActivityStep = (typeof ACTIVITY_STEPS)[number];

export const ACTIVITY_KINDS = ['created', 'started', 'ended', 'queue', 'wall'] as const;

export type ActivityRow = {
  readonly start: Date;
  readonly kind: (typeof ACTIVITY_KINDS)[number];
  /** Of `ended` the exit reason, of `queue` and `wall` the bin, else empty. */
  readonly label: string;
  readonly count: number;
};

type CountsRow = Pick<ActivityRow, 'start' | 'kind'> & { readonly counts: Readonly<Record<string, number>> };

export type ActivityRange = { readonly from: Date; readonly to: Date };

export type BusyOrganizationRow = {
  readonly organization_id: OrganizationId;
  readonly name: string;
  readonly executions: number;
  readonly cpu_ms: number;
};

/** Sums go when nothing asks for them any more: two of the longest times that are looked back over. */
const KEPT_SECONDS: Readonly<Record<ActivityStep, number>> = { 60: 7_200, 900: 172_800, 3_600: 1_209_600 };

export function createActivityStore({ db }: { readonly db: Db }) {
  return {
    /** By step and kind, in no order. */
    async byStep(step: ActivityStep, { from, to }: ActivityRange): Promise<ActivityRow[]> {
      // One row for each start and kind: there are thousands of labels in a week.
      const result = await orDatabaseError(() =>
        sql<CountsRow>`select start, kind, json_object_agg(label, count) as counts from (
            select start, kind, label, sum(count) as count from (
              select start, kind, label, count from activity
                where step_seconds = ${step} and start >= ${from} and start < ${to}
              union all
              select ${startOf(sql`at`, sql`${step}::int`)}, kind, label, 1 from (
                ${momentsOf(sql`usage_entries`)}
                union all
                ${openMoments()}
              ) moments where at >= ${from} and at < ${to}
            ) activity group by 1, 2, 3
          ) counted group by 1, 2`.execute(db),
      );
      return result.rows.flatMap(({ start, kind, counts }) =>
        Object.entries(counts).map(([label, count]) => ({ start, kind, label, count })),
      );
    },

    /** From `since` on, to the moment: as one step. */
    async since(since: Date): Promise<ActivityRow[]> {
      const ended = sql`from executions where finished_at >= ${since}`;
      const result = await orDatabaseError(() =>
        sql<ActivityRow>`select ${since}::timestamptz as start, kind, label, count(*)::float8 as count from (
            select 'created' as kind, '' as label from executions where created_at >= ${since}
            union all
            select 'started', '' from executions where status = 'running' and started_at >= ${since}
            union all
            select 'started', '' ${ended} and started_at >= ${since}
            union all
            select 'ended', exit_reason ${ended}
            union all
            select 'queue', ${binOf(sql`queue_ms`)}::text ${ended} and queue_ms is not null
            union all
            select 'wall', ${binOf(sql`wall_ms`)}::text ${ended} and wall_ms is not null
          ) moments group by 2, 3`.execute(db),
      );
      return result.rows;
    },

    /** Those that used most CPU time in the hours that the range touches. */
    async busiest({ from, to }: ActivityRange, limit: number): Promise<BusyOrganizationRow[]> {
      const result = await orDatabaseError(() =>
        sql<BusyOrganizationRow>`with used as (
            select organization_id, executions, cpu_ms from usage_hours
              where hour >= date_trunc('hour', ${from}::timestamptz, 'UTC') and hour < ${to}
            union all
            select organization_id, 1, cpu_ms from usage_entries
              where finished_at >= date_trunc('hour', ${from}::timestamptz, 'UTC') and finished_at < ${to}),
          most as (select organization_id, sum(executions) as executions, sum(cpu_ms) as cpu_ms from used
            group by 1 order by 3 desc, 1 limit ${limit})
          select organization_id, name, executions, cpu_ms from most join organizations on id = organization_id
          order by cpu_ms desc, organization_id`.execute(db),
      );
      return result.rows;
    },

    /** Drops sums that nothing asks for any more. */
    async prune(): Promise<void> {
      const old = ACTIVITY_STEPS.map(
        (step) =>
          sql`(step_seconds = ${sql.lit(step)} and start < now() - ${sql.lit(KEPT_SECONDS[step])} * interval '1 second')`,
      );
      await orDatabaseError(() => sql`delete from activity where ${sql.join(old, sql` or `)}`.execute(db));
    },
  };
}

export type ActivityStore = ReturnType<typeof createActivityStore>;

/** For the statement that sums entries up: adds them, too. @param taken the entries, as a table */
export function addActivity(taken: RawBuilder<unknown>): RawBuilder<unknown> {
  const steps = sql.join(ACTIVITY_STEPS.map((step) => sql`(${sql.lit(step)})`));
  return sql`insert into activity as known (step_seconds, start, kind, label, count)
    select step, ${startOf(sql`at`, sql`step`)}, kind, label, count(*) from (${momentsOf(taken)}) moments
      cross join (values ${steps}) steps (step) group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (step_seconds, start, kind, label) do update set count = known.count + excluded.count`;
}

/** What became of executions that have ended; one that was deleted meanwhile is known by its end alone. */
function momentsOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  const executions = sql`from ${entries} ended join executions on id = execution_id`;
  return sql`select finished_at as at, 'ended' as kind, exit_reason as label from ${entries} ended
    union all select created_at, 'created', '' ${executions}
    union all select started_at, 'started', '' ${executions} where started_at is not null
    union all select ended.finished_at, 'queue', ${binOf(sql`executions.queue_ms`)}::text ${executions}
      where executions.queue_ms is not null
    union all select ended.finished_at, 'wall', ${binOf(sql`executions.wall_ms`)}::text ${executions}
      where executions.wall_ms is not null`;
}

function openMoments(): RawBuilder<unknown> {
  return sql`select created_at, 'created', '' from executions where status in ('queued', 'running')
    union all select started_at, 'started', '' from executions where status = 'running' and started_at is not null`;
}

function startOf(at: RawBuilder<unknown>, step: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`to_timestamp(floor(extract(epoch from ${at}) / ${step}) * ${step})`;
}

/** The bin of a duration in milliseconds. */
function binOf(ms: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`ceil(ln(greatest(${ms}, ${sql.lit(LEAST_MS)}) / ${sql.lit(LEAST_MS)}) / ln(${sql.lit(RATIO)}))::int`;
}
