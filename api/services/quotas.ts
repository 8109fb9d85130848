/** Which quotas count for an organization, and whether what is asked for stays within them. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { CreateExecution } from '../../shared/contracts/execution.ts';
import { MEMORY_MIB_DEFAULT, TIMEOUT_MS_MAX } from '../../shared/contracts/limits.ts';
import type { QuotaCeilings, QuotaName, QuotaOverrides, Quotas } from '../../shared/contracts/quotas.ts';

export type QuotaRules = {
  /** What counts where nothing was set. */
  readonly defaults: Quotas;
  /** What nobody gets more of. */
  readonly ceilings: QuotaCeilings;
};

type NullableQuota = { [Name in QuotaName]: null extends Quotas[Name] ? Name : never }[QuotaName];

/** What was set, else the default; never above the ceiling. A bound that is set to `null` is none. */
export function effectiveQuotas(overrides: QuotaOverrides, { defaults, ceilings }: QuotaRules): Quotas {
  const bounded = (name: Exclude<QuotaName, NullableQuota>) =>
    Math.min(overrides[name] ?? defaults[name], ceilings[name] ?? Infinity);
  const nullable = (name: NullableQuota) => {
    const set = overrides[name];
    const value = set === undefined ? defaults[name] : set;
    const ceiling = ceilings[name];
    return value === null || ceiling === null ? (value ?? ceiling) : Math.min(value, ceiling);
  };
  return {
    requests_per_minute: nullable('requests_per_minute'),
    requests_per_day: nullable('requests_per_day'),
    running_max: nullable('running_max'),
    queued_max: bounded('queued_max'),
    queued_bytes_max: bounded('queued_bytes_max'),
    cpu_seconds_per_day: nullable('cpu_seconds_per_day'),
    storage_bytes_max: bounded('storage_bytes_max'),
    timeout_ms_max: bounded('timeout_ms_max'),
    memory_mb_max: bounded('memory_mb_max'),
    weight: bounded('weight'),
  };
}

/** @throws AppError VALIDATION_ERROR that names the first quota set above its ceiling */
export function assertWithinCeilings(overrides: QuotaOverrides, ceilings: QuotaCeilings): void {
  const values: Readonly<Record<string, number | null | undefined>> = overrides;
  for (const [name, ceiling] of Object.entries(ceilings)) {
    const value = values[name];
    if (value === undefined || ceiling === null || (value !== null && value <= ceiling)) continue;
    throw new AppError('VALIDATION_ERROR', `${name}: the most that the service gives is ${String(ceiling)}.`, {
      param: name,
      details: { ceiling },
    });
  }
}

/** What one execution gets: what it asks for, else the service's default or the quota, whichever is less. */
export type ExecutionSize = { readonly timeoutMs: number; readonly memoryMib: number };

/** @throws AppError VALIDATION_ERROR for more than the organization's quota */
export function executionSize(
  { timeout_ms, memory_mb }: Pick<CreateExecution, 'timeout_ms' | 'memory_mb'>,
  { timeout_ms_max, memory_mb_max }: Pick<Quotas, 'timeout_ms_max' | 'memory_mb_max'>,
): ExecutionSize {
  assertAllowed('timeout_ms', timeout_ms, { quota: 'timeout_ms_max', limit: timeout_ms_max });
  assertAllowed('memory_mb', memory_mb, { quota: 'memory_mb_max', limit: memory_mb_max });
  return {
    timeoutMs: timeout_ms ?? Math.min(TIMEOUT_MS_MAX, timeout_ms_max),
    memoryMib: memory_mb ?? Math.min(MEMORY_MIB_DEFAULT, memory_mb_max),
  };
}

/** What an execution counts while it waits. */
export function inputBytes({ code, stdin = '' }: Pick<CreateExecution, 'code' | 'stdin'>): number {
  return Buffer.byteLength(code) + Buffer.byteLength(stdin);
}

/** @throws AppError PAYLOAD_TOO_LARGE for what would not fit into the organization's queue even if nothing else waited */
export function assertFitsQueue(bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `Your organization may have at most ${String(limit)} bytes of code and stdin queued; this has ${String(bytes)}.`,
    { details: { quota: 'queued_bytes_max' satisfies QuotaName, limit } },
  );
}

function assertAllowed(
  param: string,
  asked: number | undefined,
  { quota, limit }: { readonly quota: QuotaName; readonly limit: number },
): void {
  if (asked === undefined || asked <= limit) return;
  throw new AppError('VALIDATION_ERROR', `${param}: your organization may ask for at most ${String(limit)}.`, {
    param,
    details: { quota, limit },
  });
}

/** @throws AppError CPU_SECONDS_PER_DAY_EXCEEDED once the day's CPU time is used up; it lasts until midnight UTC */
export function assertCpuLeft(usedSeconds: number, limitSeconds: number, now: Date): void {
  if (usedSeconds < limitSeconds) return;
  throw new AppError(
    'CPU_SECONDS_PER_DAY_EXCEEDED',
    `Your organization’s code has used ${String(limitSeconds)} s of CPU time today (UTC), which is all that it may.`,
    {
      details: { quota: 'cpu_seconds_per_day' satisfies QuotaName, limit: limitSeconds },
      retryAfterSeconds: secondsToMidnight(now),
    },
  );
}

const DAY_MS = 86_400_000;

/** Whole seconds until the next day begins (UTC), at least one. */
export function secondsToMidnight(now: Date): number {
  return Math.max(1, Math.ceil((DAY_MS - (now.getTime() % DAY_MS)) / 1_000));
}
