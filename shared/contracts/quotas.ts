/** What an organization may use: one value per quota, from the service's default, its own setting and the ceiling. Pure. */
import { z } from 'zod';
import { OrganizationId } from './ids.ts';
import { MEMORY_MIB_MAX, MEMORY_MIB_MIN, TIMEOUT_MS_MAX, TIMEOUT_MS_MIN } from './limits.ts';

export const QUOTA_COUNT_MAX = 1_000_000_000;
export const QUOTA_BYTES_MAX = 2 ** 49;
const count = z.int().min(1).max(QUOTA_COUNT_MAX);
const bytes = z.int().min(1).max(QUOTA_BYTES_MAX);

/** Every quota with its unit; `null` is no bound. */
export const Quotas = z
  .strictObject({
    requests_per_minute: count.nullable(),
    requests_per_day: count.nullable(),
    running_max: count.nullable().describe('Executions on their way to a worker or running at once; more wait.'),
    queued_max: count.describe('Executions that wait.'),
    queued_bytes_max: bytes.describe('Code and stdin of executions that wait.'),
    cpu_seconds_per_day: count
      .nullable()
      .describe('Of what has ended on a day (UTC); what was taken in before it was used up still runs.'),
    storage_bytes_max: bytes.describe('Files; the same content counts once.'),
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

/** What nobody gets more of; `null` is no ceiling. */
export type QuotaCeilings = Readonly<Record<QuotaName, number | null>>;

const ceiling = z.number().nullable();

/** What operators see of one organization's quotas. */
export const OrganizationQuotas = z
  .strictObject({
    object: z.literal('organization.quotas'),
    organization_id: OrganizationId,
    effective: Quotas.describe('What counts.'),
    overrides: QuotaOverrides.describe('What was set for the organization.'),
    defaults: Quotas.describe('What counts where nothing was set.'),
    ceilings: z
      .strictObject({
        requests_per_minute: ceiling,
        requests_per_day: ceiling,
        running_max: ceiling,
        queued_max: ceiling,
        queued_bytes_max: ceiling,
        cpu_seconds_per_day: ceiling,
        storage_bytes_max: ceiling,
        timeout_ms_max: ceiling,
        memory_mb_max: ceiling,
        weight: ceiling,
      })
      .describe('What no organization gets more of; `null`: no ceiling.'),
    used: z
      .strictObject({
        storage_bytes: z.number().describe('What counts against `storage_bytes_max`: files, and uploads under way.'),
      })
      .describe('Now. What waits and runs is told with its queue, CPU time with its usage.'),
  })
  .meta({ id: 'OrganizationQuotas' });
export type OrganizationQuotas = z.infer<typeof OrganizationQuotas>;
