/** Whether an organization's code may run now, and how large an execution may be. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { CreateExecution, Isolation } from '../../shared/contracts/execution.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { isBeingDeleted, type OrganizationSettingsReader } from './organization-settings.ts';
import { assertCpuLeft, assertFitsQueue, executionSize, inputBytes, type ExecutionSize } from './quotas.ts';

export type ExecutionQuotasDeps = {
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly usage: { cpuSecondsToday(organizationId: OrganizationId): Promise<number> };
  readonly now: () => Date;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

/** What holds for an execution that was let in. */
export type Admitted = ExecutionSize & {
  /** What the organization is set to; null: what the service is. */
  readonly isolation: Isolation | null;
};

/** What ended meanwhile counts no later than this. */
const CACHED_MS = 2_000;
const CACHED_MAX = 10_000;

export type Asked = Pick<CreateExecution, 'code' | 'stdin' | 'timeout_ms' | 'memory_mb'>;

export function createExecutionQuotas({ settings, usage, now, nowMs }: ExecutionQuotasDeps) {
  const cached = new Map<OrganizationId, { readonly seconds: number; readonly untilMs: number }>();

  async function cpuSecondsToday(organizationId: OrganizationId): Promise<number> {
    const hit = cached.get(organizationId);
    if (hit !== undefined && hit.untilMs > nowMs()) return hit.seconds;
    const seconds = await usage.cpuSecondsToday(organizationId);
    if (cached.size >= CACHED_MAX) cached.clear();
    cached.set(organizationId, { seconds, untilMs: nowMs() + CACHED_MS });
    return seconds;
  }

  return {
    /**
     * @throws AppError TOOL_NOT_AVAILABLE, ORGANIZATION_DELETING, VALIDATION_ERROR, PAYLOAD_TOO_LARGE,
     *   CPU_SECONDS_PER_DAY_EXCEEDED, DATABASE_UNAVAILABLE
     */
    async admit(organizationId: OrganizationId, asked: Asked): Promise<Admitted> {
      const { status, interpreter, isolation, quotas } = await settings.find(organizationId);
      if (status === 'deleting') throw isBeingDeleted();
      if (!interpreter) {
        throw new AppError('TOOL_NOT_AVAILABLE', 'Running code is switched off for your organization.');
      }
      const size = executionSize(asked, quotas);
      assertFitsQueue(inputBytes(asked), quotas.queued_bytes_max);
      const limit = quotas.cpu_seconds_per_day;
      if (limit !== null) assertCpuLeft(await cpuSecondsToday(organizationId), limit, now());
      return { ...size, isolation };
    },
  };
}

export type ExecutionQuotas = ReturnType<typeof createExecutionQuotas>;
