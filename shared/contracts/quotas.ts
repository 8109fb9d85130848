/** What an organization may use: one value per quota, from the service's default, its own setting and the ceiling. Pure. */
import { z } from 'zod';
import { MEMORY_MIB_MAX, MEMORY_MIB_MIN, TIMEOUT_MS_MAX, TIMEOUT_MS_MIN } from './limits.ts';

const COUNT_MAX = 1_000_000_000;
const BYTES_MAX = 2 ** 50;
const count = z.int().min(1).max(COUNT_MAX);

/** Every quota with its unit; `null` is no bound. */
export const Quotas = z
  .strictObject({
    requests_per_minute: count.nullable(),
    requests_per_day: count.nullable(),
    running_max: count.nullable().describe('Executions on their way to a worker or running at once; more wait.'),
    queued_max: count.describe('Executions that wait.'),
    queued_bytes_max: z.int().min(1).max(BYTES_MAX).describe('Code and stdin of executions that wait.'),
    cpu_seconds_per_day: count.nullable(),
    storage_bytes_max: z.int().min(1).max(BYTES_MAX).describe('Files; the same content counts once.'),
    timeout_ms_max: z.int().min(TIMEOUT_MS_MIN).max(TIMEOUT_MS_MAX),
    memory_mb_max: z.int().min(MEMORY_MIB_MIN).max(MEMORY_MIB_MAX).describe('In MiB.'),
    weight: z.number().min(0.01).max(100).describe('Share of the workers while organizations wait for each other.'),
  })
  .meta({ id: 'Quotas' });
export type Quotas = Readonly<z.infer<typeof Quotas>>;
export type QuotaName = keyof Quotas;

/** What is set for one organization; the rest follows the service's defaults. */
export const QuotaOverrides = Quotas.partial().meta({ id: 'QuotaOverrides' });
export type QuotaOverrides = Readonly<z.infer<typeof QuotaOverrides>>;
