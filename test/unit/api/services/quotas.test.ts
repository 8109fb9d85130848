import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assertCpuLeft,
  assertWithinCeilings,
  effectiveQuotas,
  executionSize,
  secondsToMidnight,
} from '../../../../api/services/quotas.ts';
import { MEMORY_MIB_DEFAULT, MEMORY_MIB_MAX, TIMEOUT_MS_MAX } from '../../../../shared/contracts/limits.ts';
import { QuotaOverrides, Quotas, type QuotaCeilings, type QuotaName } from '../../../../shared/contracts/quotas.ts';

const NAMES = Quotas.keyof().options;
const isNullable = (name: QuotaName) => Quotas.shape[name].safeParse(null).success;

const DEFAULTS: Quotas = {
  requests_per_minute: null,
  requests_per_day: null,
  running_max: null,
  queued_max: 10,
  queued_bytes_max: 1_000,
  cpu_seconds_per_day: null,
  storage_bytes_max: 1_000,
  timeout_ms_max: TIMEOUT_MS_MAX,
  memory_mb_max: MEMORY_MIB_MAX,
  weight: 1,
};
const NO_CEILINGS: QuotaCeilings = {
  requests_per_minute: null,
  requests_per_day: null,
  running_max: null,
  queued_max: null,
  queued_bytes_max: null,
  cpu_seconds_per_day: null,
  storage_bytes_max: null,
  timeout_ms_max: null,
  memory_mb_max: null,
  weight: null,
};

const numberOf = (name: QuotaName) => {
  if (name === 'weight') return fc.integer({ min: 1, max: 100 });
  if (name === 'memory_mb_max') return fc.integer({ min: 128, max: MEMORY_MIB_MAX });
  return fc.integer({ min: 1, max: TIMEOUT_MS_MAX });
};
const valueOf = (name: QuotaName) => (isNullable(name) ? fc.option(numberOf(name)) : numberOf(name));
const record = <T>(of: (name: QuotaName) => fc.Arbitrary<T>, requiredKeys?: []) =>
  fc.record(Object.fromEntries(NAMES.map((name) => [name, of(name)])), requiredKeys && { requiredKeys });

const defaults = record<number | null>(valueOf).map((values) => Quotas.parse(values));
const overrides = record<number | null>(valueOf, []).map((values) => QuotaOverrides.parse(values));
const ceilings = record((name) => fc.option(numberOf(name))).map((values): QuotaCeilings => ({
  ...NO_CEILINGS,
  ...values,
}));

const orInfinite = (value: number | null) => value ?? Infinity;

describe('quotas: effective', () => {
  it('is what was set, else the default, and never above the ceiling', () => {
    fc.assert(
      fc.property(overrides, defaults, ceilings, (set, usual, top) => {
        const effective = effectiveQuotas(set, { defaults: usual, ceilings: top });
        expect(Quotas.safeParse(effective).success).toBe(true);
        for (const name of NAMES) {
          const wanted = set[name] === undefined ? usual[name] : set[name];
          expect(orInfinite(effective[name])).toBe(Math.min(orInfinite(wanted), orInfinite(top[name])));
        }
      }),
    );
  });

  it('takes `null` as no bound, also where the default is one', () => {
    const rules = { defaults: { ...DEFAULTS, running_max: 3 }, ceilings: NO_CEILINGS };
    expect(effectiveQuotas({ running_max: null }, rules).running_max).toBeNull();
    expect(effectiveQuotas({}, rules).running_max).toBe(3);
  });

  it('puts the ceiling where there would be no bound', () => {
    const rules = { defaults: DEFAULTS, ceilings: { ...NO_CEILINGS, requests_per_day: 7 } };
    expect(effectiveQuotas({ requests_per_day: null }, rules).requests_per_day).toBe(7);
  });
});

describe('quotas: setting', () => {
  const top = { ...NO_CEILINGS, queued_max: 5, running_max: 2 };

  it('allows the ceiling and refuses one more, by name', () => {
    expect(() => {
      assertWithinCeilings({ queued_max: 5, running_max: 2, weight: 100 }, top);
    }).not.toThrow();
    expect(() => {
      assertWithinCeilings({ queued_max: 6 }, top);
    }).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR', param: 'queued_max', details: { ceiling: 5 } }));
  });

  it('refuses no bound at all where there is a ceiling', () => {
    expect(() => {
      assertWithinCeilings({ running_max: null }, top);
    }).toThrow(expect.objectContaining({ param: 'running_max' }));
  });

  it('accepts exactly what then counts unchanged', () => {
    fc.assert(
      fc.property(overrides, ceilings, (set, limits) => {
        const effective = effectiveQuotas(set, { defaults: DEFAULTS, ceilings: limits });
        const unchanged = NAMES.every((name) => set[name] === undefined || set[name] === effective[name]);
        let accepted = true;
        try {
          assertWithinCeilings(set, limits);
        } catch {
          accepted = false;
        }
        expect(accepted).toBe(unchanged);
      }),
    );
  });
});

describe('quotas: size of an execution', () => {
  const quotas = { timeout_ms_max: 1_000, memory_mb_max: 256 };

  it('allows the quota and refuses one more, by field', () => {
    expect(executionSize({ timeout_ms: 1_000, memory_mb: 256 }, quotas)).toEqual({ timeoutMs: 1_000, memoryMib: 256 });
    expect(() => executionSize({ timeout_ms: 1_001 }, quotas)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_ERROR',
        param: 'timeout_ms',
        details: { quota: 'timeout_ms_max', limit: 1_000 },
      }),
    );
    expect(() => executionSize({ memory_mb: 257 }, quotas)).toThrow(
      expect.objectContaining({ param: 'memory_mb', details: { quota: 'memory_mb_max', limit: 256 } }),
    );
  });

  it('gives the lesser of default and quota to one that does not ask', () => {
    expect(executionSize({}, quotas)).toEqual({ timeoutMs: 1_000, memoryMib: 256 });
    expect(executionSize({}, { timeout_ms_max: TIMEOUT_MS_MAX, memory_mb_max: MEMORY_MIB_MAX })).toEqual({
      timeoutMs: TIMEOUT_MS_MAX,
      memoryMib: MEMORY_MIB_DEFAULT,
    });
  });
});

describe('quotas: CPU time of the day', () => {
  it('lets executions in below the quota and refuses at it, until midnight UTC', () => {
    const now = new Date('2026-01-31T23:59:00.500Z');
    expect(() => {
      assertCpuLeft(9.99, 10, now);
    }).not.toThrow();
    expect(() => {
      assertCpuLeft(10, 10, now);
    }).toThrow(expect.objectContaining({ code: 'CPU_SECONDS_PER_DAY_EXCEEDED', retryAfterSeconds: 60 }));
  });

  it('counts the seconds to midnight, never none', () => {
    expect(secondsToMidnight(new Date('2026-01-31T00:00:00Z'))).toBe(86_400);
    expect(secondsToMidnight(new Date('2026-01-31T23:59:59.999Z'))).toBe(1);
  });
});
