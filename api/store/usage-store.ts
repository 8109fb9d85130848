/**
 * What organizations used. A trigger writes one entry for each execution in the statement that ends it; in the
 * background entries become sums by hour. Whoever reads sums both, in one statement and so of one moment: nothing is
 * missed or counted twice, whatever is summed up meanwhile. Responses are added to their own sums as they end.
 */
import { sql, type RawBuilder } from 'kysely';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { CODE_SEARCHED_CHARACTERS } from '../../shared/contracts/limits.ts';
import type { ExitReason } from '../../shared/contracts/statuses.ts';
import type { UsageGranularity } from '../../shared/contracts/usage.ts';
import { addActivity } from './activity-store.ts';
import { orDatabaseError, type Db } from './database.ts';

/** A time that begins and ends with an hour. */
export type UsageRange = { readonly from: Date; readonly to: Date };

export type UsageRow = {
  /** Null for responses. */
  readonly exit_reason: ExitReason | null;
  readonly executions: number;
  readonly cpu_ms: number;
  readonly wall_ms: number;
  readonly queue_ms: number;
  readonly input_bytes: number;
  readonly output_bytes: number;
  readonly responses: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
};
export type UsageBucketRow = UsageRow & { readonly start: Date };
export type OrganizationUsageRow = UsageRow & { readonly organization_id: OrganizationId };

/** An execution that is refused when it has run already is taken back by then, with its entry. */
const REST_MS = 5_000;

const SUMS = sql`sum(executions) as executions, sum(cpu_ms) as cpu_ms, sum(wall_ms) as wall_ms,
  sum(queue_ms) as queue_ms, sum(input_bytes) as input_bytes, sum(output_bytes) as output_bytes,
  sum(responses) as responses, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens`;

export function createUsageStore({ db }: { readonly db: Db }) {
  return {
    /** By hour or day and exit reason, oldest first. @param organizationId undefined: of all organizations together */
    async byTime(
      organizationId: OrganizationId | undefined,
      range: UsageRange,
      granularity: UsageGranularity,
    ): Promise<UsageBucketRow[]> {
      const result = await orDatabaseError(() =>
        sql<UsageBucketRow>`select date_trunc(${granularity}, hour, 'UTC') as start, exit_reason, ${SUMS}
          from (${usedIn(range, organizationId)}) used group by 1, 2 order by 1, 2`.execute(db),
      );
      return result.rows;
    },

    /** By exit reason, of the organizations that used most CPU time. */
    async byOrganization(range: UsageRange, limit: number): Promise<OrganizationUsageRow[]> {
      const result = await orDatabaseError(() =>
        sql<OrganizationUsageRow>`with used as materialized (${usedIn(range)}),
            most as (select organization_id, sum(cpu_ms) as cpu from used group by 1 order by 2 desc, 1 limit ${limit})
          select organization_id, exit_reason, ${SUMS} from used join most using (organization_id)
          group by 1, 2, most.cpu order by most.cpu desc, 1, 2`.execute(db),
      );
      return result.rows;
    },

    /** Seconds of CPU time since midnight UTC, of executions that have ended. */
    async cpuSecondsToday(organizationId: OrganizationId): Promise<number> {
      const result = await orDatabaseError(() =>
        sql<{ seconds: number }>`with today as (select date_trunc('day', clock_timestamp(), 'UTC') as start)
          select coalesce(sum(cpu_ms), 0) / 1000 as seconds from (
            select cpu_ms from usage_entries, today where organization_id = ${organizationId} and finished_at >= start
            union all
            select cpu_ms from usage_hours, today where organization_id = ${organizationId} and hour >= start
          ) used`.execute(db),
      );
      return result.rows[0]?.seconds ?? 0;
    },

    /**
     * Makes sums of at most `limit` entries that have rested, and the code of their executions findable.
     * @returns how many they were
     */
    async sumUp(limit: number): Promise<number> {
      const result = await orDatabaseError(() =>
        sql<{ count: number }>`with taken as (
            delete from usage_entries where execution_id in (
              select execution_id from usage_entries
              where counted_at < clock_timestamp() - ${REST_MS} * interval '1 millisecond'
              limit ${limit} for update skip locked)
            returning *),
          findable as (
            insert into execution_texts (execution_id, code)
            -- Locked, so that one that is deleted meanwhile is left out rather than missed by the foreign key.
            select e.id, left(e.code, ${sql.lit(CODE_SEARCHED_CHARACTERS)}) from executions e join taken on e.id = execution_id
            for key share of e
            on conflict do nothing),
          summed as (
            insert into usage_hours as known (organization_id, hour, exit_reason, executions, cpu_ms, wall_ms, queue_ms,
              input_bytes, output_bytes)
            select organization_id, date_trunc('hour', finished_at, 'UTC'), exit_reason, count(*), sum(cpu_ms),
              sum(wall_ms), sum(queue_ms), sum(input_bytes), sum(output_bytes)
            from taken group by 1, 2, 3 order by 1, 2, 3
            on conflict (organization_id, hour, exit_reason) do update set
              executions = known.executions + excluded.executions, cpu_ms = known.cpu_ms + excluded.cpu_ms,
              wall_ms = known.wall_ms + excluded.wall_ms, queue_ms = known.queue_ms + excluded.queue_ms,
              input_bytes = known.input_bytes + excluded.input_bytes,
              output_bytes = known.output_bytes + excluded.output_bytes),
          happened as (${addActivity(sql`taken`)})
          select count(*)::int as count from taken`.execute(db),
      );
      return result.rows[0]?.count ?? 0;
    },
  };
}

export type UsageStore = ReturnType<typeof createUsageStore>;

/** Entries and sums alike, as rows of an hour. */
function usedIn({ from, to }: UsageRange, organizationId?: OrganizationId): RawBuilder<unknown> {
  const whose = organizationId === undefined ? sql`` : sql`organization_id = ${organizationId} and`;
  return sql`select organization_id, hour, exit_reason, executions, cpu_ms, wall_ms, queue_ms, input_bytes, output_bytes,
      0 as responses, 0 as input_tokens, 0 as output_tokens
      from usage_hours where ${whose} hour >= ${from} and hour < ${to}
    union all
    select organization_id, date_trunc('hour', finished_at, 'UTC'), exit_reason, 1, cpu_ms, wall_ms, queue_ms,
      input_bytes, output_bytes, 0, 0, 0
      from usage_entries where ${whose} finished_at >= ${from} and finished_at < ${to}
    union all
    select organization_id, hour, null, 0, 0, 0, 0, 0, 0, responses, input_tokens, output_tokens
      from response_usage_hours where ${whose} hour >= ${from} and hour < ${to}`;
}
