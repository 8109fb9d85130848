/** What an organization may use unless operators set something else for it, and what nobody may be given more than. */
import type { z } from 'zod';
import {
  MEMORY_MIB_MAX,
  MEMORY_MIB_MIN,
  QUEUED_BYTES_PER_ORGANIZATION_MAX,
  QUEUED_PER_ORGANIZATION_MAX,
  STORAGE_BYTES_PER_ORGANIZATION_MAX,
  TIMEOUT_MS_MAX,
  TIMEOUT_MS_MIN,
} from '../../shared/contracts/limits.ts';
import { QUOTA_BYTES_MAX, QUOTA_COUNT_MAX, type QuotaCeilings, type Quotas } from '../../shared/contracts/quotas.ts';
import { wholeNumber, type SettingMeta } from '../../shared/platform/settings.ts';

const meta = (of: SettingMeta): SettingMeta => of;

const ORGANIZATION_MEANS = 'An operator may set another value for an organization, up to the ceiling.';

/** 0 is no bound. */
const countOrNone = (description: string, unit: string) =>
  wholeNumber(0, QUOTA_COUNT_MAX)
    .default(0)
    .meta(meta({ description: `${description} 0: no bound. ${ORGANIZATION_MEANS}`, unit }));
const ceilingOf = (quota: string, unit: string, max = QUOTA_COUNT_MAX) =>
  wholeNumber(0, max)
    .default(0)
    .meta(meta({ description: `The most that any organization gets of \`${quota}\`. 0: no ceiling.`, unit }));
const between = (min: number, max: number, of: SettingMeta) => wholeNumber(min, max).default(max).meta(meta(of));

export const QUOTA_SETTINGS = {
  QUOTA_REQUESTS_PER_MINUTE: countOrNone('Requests of one organization in a minute.', 'requests'),
  QUOTA_REQUESTS_PER_DAY: countOrNone('Requests of one organization in a day.', 'requests'),
  QUOTA_RUNNING_MAX: countOrNone(
    'Executions of one organization on their way to a worker or running at once; more wait.',
    'executions',
  ),
  QUEUED_MAX: wholeNumber(1, 10_000_000)
    .default(QUEUED_PER_ORGANIZATION_MAX)
    .meta(
      meta({
        description:
          'Executions of one organization that may wait; the next one is refused with `QUEUE_FULL`. ' +
          ORGANIZATION_MEANS,
        unit: 'executions',
      }),
    ),
  QUEUED_BYTES_MAX: wholeNumber(1, 2 ** 40)
    .default(QUEUED_BYTES_PER_ORGANIZATION_MAX)
    .meta(
      meta({
        description: `Code and stdin of one organization’s executions that wait, together. ${ORGANIZATION_MEANS}`,
        unit: 'bytes',
      }),
    ),
  QUOTA_CPU_SECONDS_PER_DAY: countOrNone(
    'CPU time that one organization’s code may use in a day (UTC); what has ended counts, and what was taken in ' +
      'before it was used up still runs.',
    'seconds',
  ),
  QUOTA_STORAGE_BYTES_MAX: wholeNumber(1, QUOTA_BYTES_MAX)
    .default(STORAGE_BYTES_PER_ORGANIZATION_MAX)
    .meta(
      meta({
        description: `Files of one organization; the same content counts once. ${ORGANIZATION_MEANS}`,
        unit: 'bytes',
      }),
    ),
  QUOTA_TIMEOUT_MS_MAX: between(TIMEOUT_MS_MIN, TIMEOUT_MS_MAX, {
    description: `Time that one execution may ask for. ${ORGANIZATION_MEANS}`,
    unit: 'milliseconds',
  }),
  QUOTA_MEMORY_MB_MAX: between(MEMORY_MIB_MIN, MEMORY_MIB_MAX, {
    description: `Memory that one execution may ask for. ${ORGANIZATION_MEANS}`,
    unit: 'MiB',
  }),
  QUOTA_REQUESTS_PER_MINUTE_CEILING: ceilingOf('requests_per_minute', 'requests'),
  QUOTA_REQUESTS_PER_DAY_CEILING: ceilingOf('requests_per_day', 'requests'),
  QUOTA_RUNNING_CEILING: ceilingOf('running_max', 'executions'),
  QUOTA_QUEUED_CEILING: ceilingOf('queued_max', 'executions'),
  QUOTA_QUEUED_BYTES_CEILING: ceilingOf('queued_bytes_max', 'bytes', QUOTA_BYTES_MAX),
  QUOTA_CPU_SECONDS_PER_DAY_CEILING: ceilingOf('cpu_seconds_per_day', 'seconds'),
  QUOTA_STORAGE_BYTES_CEILING: ceilingOf('storage_bytes_max', 'bytes', QUOTA_BYTES_MAX),
  QUOTA_TIMEOUT_MS_CEILING: between(TIMEOUT_MS_MIN, TIMEOUT_MS_MAX, {
    description: 'The most that any organization gets of `timeout_ms_max`.',
    unit: 'milliseconds',
  }),
  QUOTA_MEMORY_MB_CEILING: between(MEMORY_MIB_MIN, MEMORY_MIB_MAX, {
    description: 'The most that any organization gets of `memory_mb_max`.',
    unit: 'MiB',
  }),
} as const;

export type QuotaSettings = Readonly<z.infer<z.ZodObject<typeof QUOTA_SETTINGS>>>;

/** Alike for all: only what an operator sets makes a difference. */
const WEIGHT_DEFAULT = 1;

const orNone = (count: number): number | null => (count === 0 ? null : count);

/** What counts for an organization that nothing was set for, before the ceilings. Pure. */
export function quotaDefaults(settings: QuotaSettings): Quotas {
  return {
    requests_per_minute: orNone(settings.QUOTA_REQUESTS_PER_MINUTE),
    requests_per_day: orNone(settings.QUOTA_REQUESTS_PER_DAY),
    running_max: orNone(settings.QUOTA_RUNNING_MAX),
    queued_max: settings.QUEUED_MAX,
    queued_bytes_max: settings.QUEUED_BYTES_MAX,
    cpu_seconds_per_day: orNone(settings.QUOTA_CPU_SECONDS_PER_DAY),
    storage_bytes_max: settings.QUOTA_STORAGE_BYTES_MAX,
    timeout_ms_max: settings.QUOTA_TIMEOUT_MS_MAX,
    memory_mb_max: settings.QUOTA_MEMORY_MB_MAX,
    weight: WEIGHT_DEFAULT,
  };
}

/** Pure. */
export function quotaCeilings(settings: QuotaSettings): QuotaCeilings {
  return {
    requests_per_minute: orNone(settings.QUOTA_REQUESTS_PER_MINUTE_CEILING),
    requests_per_day: orNone(settings.QUOTA_REQUESTS_PER_DAY_CEILING),
    running_max: orNone(settings.QUOTA_RUNNING_CEILING),
    queued_max: orNone(settings.QUOTA_QUEUED_CEILING),
    queued_bytes_max: orNone(settings.QUOTA_QUEUED_BYTES_CEILING),
    cpu_seconds_per_day: orNone(settings.QUOTA_CPU_SECONDS_PER_DAY_CEILING),
    storage_bytes_max: orNone(settings.QUOTA_STORAGE_BYTES_CEILING),
    timeout_ms_max: settings.QUOTA_TIMEOUT_MS_CEILING,
    memory_mb_max: settings.QUOTA_MEMORY_MB_CEILING,
    weight: null,
  };
}
