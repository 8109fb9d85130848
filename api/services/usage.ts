/** What was used when: whole hours or days, of one organization or of all. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { USAGE_DAYS_MAX, USAGE_HOURS_MAX } from '../../shared/contracts/limits.ts';
import { EXIT_REASONS } from '../../shared/contracts/statuses.ts';
import {
  ExecutionCounts,
  type ServiceUsageReport,
  type UsageGranularity,
  type UsageReport,
  type UsageSums,
} from '../../shared/contracts/usage.ts';
import type { UsageBucketRow, UsageRange, UsageRow, UsageStore } from '../store/usage-store.ts';

export type UsageQuery = {
  readonly granularity: UsageGranularity;
  /** Undefined: the beginning of the longest common look back, a day by hours or 30 days. */
  readonly from?: Date | undefined;
  /** Undefined: now. */
  readonly to?: Date | undefined;
};

export type UsageDeps = {
  readonly store: Pick<UsageStore, 'byTime' | 'byOrganization'>;
  readonly now: () => Date;
};

const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const;
const STEPS_MAX = { hour: USAGE_HOURS_MAX, day: USAGE_DAYS_MAX } as const;
const STEPS_DEFAULT = { hour: 24, day: 30 } as const;
const ORGANIZATIONS_TOLD_MAX = 20;
const MS_PER_S = 1_000;

export function createUsage({ store, now }: UsageDeps) {
  async function report(organizationId: OrganizationId | undefined, query: UsageQuery) {
    const range = wholeRange(query, now());
    const rows = await store.byTime(organizationId, range, query.granularity);
    const told = {
      object: 'usage' as const,
      granularity: query.granularity,
      from: range.from.toISOString(),
      to: range.to.toISOString(),
      totals: toSums(rows),
      data: toBuckets(rows, range, query.granularity),
    };
    return { range, told };
  }

  return {
    /** @throws AppError VALIDATION_ERROR, DATABASE_UNAVAILABLE */
    async ofOrganization(organizationId: OrganizationId, query: UsageQuery): Promise<UsageReport> {
      const { told } = await report(organizationId, query);
      return { organization_id: organizationId, ...told };
    },

    /** @throws AppError VALIDATION_ERROR, DATABASE_UNAVAILABLE */
    async ofAll(query: UsageQuery): Promise<ServiceUsageReport> {
      const { range, told } = await report(undefined, query);
      const byOrganization = Map.groupBy(
        await store.byOrganization(range, ORGANIZATIONS_TOLD_MAX),
        (row) => row.organization_id,
      );
      const organizations = [...byOrganization].map(([id, rows]) => ({ organization_id: id, ...toSums(rows) }));
      return { ...told, organizations };
    },
  };
}

export type Usage = ReturnType<typeof createUsage>;

/**
 * The hours or days that the query touches. Pure.
 * @throws AppError VALIDATION_ERROR
 */
export function wholeRange({ granularity, from, to }: UsageQuery, now: Date): UsageRange {
  const stepMs = STEP_MS[granularity];
  const endMs = Math.ceil((to ?? now).getTime() / stepMs) * stepMs;
  const startMs =
    from === undefined ? endMs - STEPS_DEFAULT[granularity] * stepMs : Math.floor(from.getTime() / stepMs) * stepMs;
  if (startMs >= endMs) throw badRange('from: must be before `to`.');
  const stepsMax = STEPS_MAX[granularity];
  if (endMs - startMs > stepsMax * stepMs) {
    throw badRange(`from: at most ${String(stepsMax)} ${granularity}s can be asked for at once.`);
  }
  return { from: new Date(startMs), to: new Date(endMs) };
}

function badRange(message: string): AppError {
  return new AppError('VALIDATION_ERROR', message, { param: 'from' });
}

/** Also the hours or days in which nothing ended. Pure. */
function toBuckets(rows: readonly UsageBucketRow[], { from, to }: UsageRange, granularity: UsageGranularity) {
  const stepMs = STEP_MS[granularity];
  const byStart = Map.groupBy(rows, (row) => row.start.getTime());
  return Array.from({ length: (to.getTime() - from.getTime()) / stepMs }, (_none, at) => {
    const startMs = from.getTime() + at * stepMs;
    return {
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + stepMs).toISOString(),
      ...toSums(byStart.get(startMs) ?? []),
    };
  });
}

function toSums(rows: readonly UsageRow[]): UsageSums {
  const sum = (of: (row: UsageRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    executions: sum((row) => row.executions),
    by_exit_reason: ExecutionCounts.parse(
      Object.fromEntries(
        EXIT_REASONS.map((reason) => [reason, sum((row) => (row.exit_reason === reason ? row.executions : 0))]),
      ),
    ),
    cpu_seconds: toSeconds(sum((row) => row.cpu_ms)),
    wall_seconds: toSeconds(sum((row) => row.wall_ms)),
    queue_seconds: toSeconds(sum((row) => row.queue_ms)),
    input_bytes: sum((row) => row.input_bytes),
    output_bytes: sum((row) => row.output_bytes),
    responses: sum((row) => row.responses),
    input_tokens: sum((row) => row.input_tokens),
    output_tokens: sum((row) => row.output_tokens),
  };
}

/** Without what adding binary fractions leaves behind the microseconds. */
function toSeconds(ms: number): number {
  return Math.round(ms * MS_PER_S) / (MS_PER_S * MS_PER_S);
}
