import { describe, expect, it } from '@jest/globals';
import { MEMORY_MIB_MAX, MEMORY_MIB_MIN, TIMEOUT_MS_MAX, TIMEOUT_MS_MIN } from '../../../shared/contracts/limits.ts';
import { QUOTA_BYTES_MAX, QUOTA_COUNT_MAX, QuotaOverrides, Quotas } from '../../../shared/contracts/quotas.ts';

const accepts = (name: string, value: unknown) => QuotaOverrides.safeParse({ [name]: value }).success;

const WHOLE: readonly (readonly [string, number, number])[] = [
  ['requests_per_minute', 1, QUOTA_COUNT_MAX],
  ['requests_per_day', 1, QUOTA_COUNT_MAX],
  ['running_max', 1, QUOTA_COUNT_MAX],
  ['queued_max', 1, QUOTA_COUNT_MAX],
  ['queued_bytes_max', 1, QUOTA_BYTES_MAX],
  ['cpu_seconds_per_day', 1, QUOTA_COUNT_MAX],
  ['storage_bytes_max', 1, QUOTA_BYTES_MAX],
  ['timeout_ms_max', TIMEOUT_MS_MIN, TIMEOUT_MS_MAX],
  ['memory_mb_max', MEMORY_MIB_MIN, MEMORY_MIB_MAX],
];
const WITHOUT_BOUND = ['requests_per_minute', 'requests_per_day', 'running_max', 'cpu_seconds_per_day'];

describe('quotas: what can be set', () => {
  it.each(WHOLE)('of %s reaches from %d to %d, in whole numbers', (name, min, max) => {
    expect([min, max].map((value) => accepts(name, value))).toEqual([true, true]);
    expect([min - 1, max + 1, min + 0.5].map((value) => accepts(name, value))).toEqual([false, false, false]);
  });

  it('of a weight reaches from a hundredth to a hundred', () => {
    expect([0.01, 2.5, 100].map((value) => accepts('weight', value))).toEqual([true, true, true]);
    expect([0, 0.009, 100.01, null].map((value) => accepts('weight', value))).toEqual([false, false, false, false]);
  });

  it('can be no bound at all only for requests, runs at once and CPU time', () => {
    expect(Quotas.keyof().options.filter((name) => accepts(name, null))).toEqual(WITHOUT_BOUND);
  });
});
