import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../../api/config.ts';
import { quotaCeilings, quotaDefaults } from '../../../../api/settings/quota-settings.ts';
import { QUOTA_BYTES_MAX, QUOTA_COUNT_MAX, Quotas } from '../../../../shared/contracts/quotas.ts';

const read = (set: Readonly<Record<string, string>> = {}) =>
  readConfig({ DATABASE_URL: 'postgresql://a/b', REDIS_URL: 'redis://a', FILES_DIRECTORY: '/files', ...set });

describe('quota settings', () => {
  it('bound neither requests nor CPU time nor runs at once by default, and have no ceilings of their own', () => {
    const defaults = quotaDefaults(read());
    expect(Quotas.safeParse(defaults).success).toBe(true);
    expect(defaults).toMatchObject({
      requests_per_minute: null,
      requests_per_day: null,
      running_max: null,
      cpu_seconds_per_day: null,
      timeout_ms_max: 30_000,
      memory_mb_max: 2_048,
    });
    expect(Object.values(quotaCeilings(read())).filter((ceiling) => ceiling !== null)).toEqual([30_000, 2_048]);
  });

  it('take 0 as no bound', () => {
    expect(quotaDefaults(read({ QUOTA_RUNNING_MAX: '0' })).running_max).toBeNull();
    expect(quotaDefaults(read({ QUOTA_RUNNING_MAX: '4' })).running_max).toBe(4);
    expect(quotaCeilings(read({ QUOTA_QUEUED_CEILING: '9' })).queued_max).toBe(9);
  });

  it.each([
    ['QUOTA_REQUESTS_PER_MINUTE', QUOTA_COUNT_MAX],
    ['QUOTA_STORAGE_BYTES_MAX', QUOTA_BYTES_MAX],
    ['QUOTA_TIMEOUT_MS_MAX', 30_000],
    ['QUOTA_MEMORY_MB_CEILING', 2_048],
  ])('take the most of %s and refuse one more', (name, max) => {
    expect(() => read({ [name]: String(max) })).not.toThrow();
    expect(() => read({ [name]: String(max + 1) })).toThrow(name);
  });

  it('take the least time and memory and refuse less', () => {
    expect(() => read({ QUOTA_TIMEOUT_MS_MAX: '1', QUOTA_MEMORY_MB_MAX: '128' })).not.toThrow();
    expect(() => read({ QUOTA_MEMORY_MB_MAX: '127' })).toThrow('QUOTA_MEMORY_MB_MAX');
    expect(() => read({ QUOTA_TIMEOUT_MS_MAX: '0' })).toThrow('QUOTA_TIMEOUT_MS_MAX');
  });
});
