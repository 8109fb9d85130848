/** What there is to say about each quota. Pure. */
import type { QuotaName } from '../../../../shared/contracts/quotas.ts';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';

export type QuotaField = {
  readonly name: QuotaName;
  readonly label: string;
  readonly format: (value: number) => string;
  /** Null may be set: no bound. */
  readonly isOptional: boolean;
};

const MIB = 2 ** 20;
const seconds = (value: number) => formatDuration(value * 1_000);

export const QUOTA_FIELDS: readonly QuotaField[] = [
  { name: 'requests_per_minute', label: 'Requests per minute', format: formatCount, isOptional: true },
  { name: 'requests_per_day', label: 'Requests per day', format: formatCount, isOptional: true },
  { name: 'running_max', label: 'Running at once', format: formatCount, isOptional: true },
  { name: 'queued_max', label: 'Queued', format: formatCount, isOptional: false },
  { name: 'queued_bytes_max', label: 'Queued bytes', format: formatBytes, isOptional: false },
  { name: 'cpu_seconds_per_day', label: 'CPU seconds per day', format: seconds, isOptional: true },
  { name: 'storage_bytes_max', label: 'Storage in bytes', format: formatBytes, isOptional: false },
  { name: 'timeout_ms_max', label: 'Longest timeout in ms', format: formatDuration, isOptional: false },
  { name: 'memory_mb_max', label: 'Memory in MiB', format: (value) => formatBytes(value * MIB), isOptional: false },
  { name: 'weight', label: 'Weight', format: formatCount, isOptional: false },
];

export function formatQuota({ format }: Pick<QuotaField, 'format'>, value: number | null): string {
  return value === null ? 'no limit' : format(value);
}
