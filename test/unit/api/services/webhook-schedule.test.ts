import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WEBHOOK_ATTEMPTS_KEPT_MAX } from '../../../../shared/contracts/limits.ts';
import { nextAttemptMs } from '../../../../api/services/webhook-schedule.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const HOUR_MS = DAY_MS / 24;
const failed = { attempt: 1, nowMs: 0, retryUntilMs: DAY_MS, retryAfterMs: null, random: 0.5 };

describe('webhook schedule', () => {
  it('waits longer and longer, for a day', () => {
    const waits: number[] = [];
    for (let nowMs = 0, attempt = 1; ; attempt += 1) {
      const nextMs = nextAttemptMs({ ...failed, attempt, nowMs });
      if (nextMs === null) break;
      waits.push((nextMs - nowMs) / 1_000);
      nowMs = nextMs;
    }
    expect(waits).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400, 14_400, 14_400]);
  });

  it('makes no more attempts in a day than the log keeps', () => {
    let attempts = 1;
    for (let nowMs = 0; ; attempts += 1) {
      const nextMs = nextAttemptMs({ ...failed, attempt: attempts, nowMs, random: 0 });
      if (nextMs === null) break;
      nowMs = nextMs;
    }
    expect(attempts).toBe(WEBHOOK_ATTEMPTS_KEPT_MAX);
  });

  it('never waits less than nine tenths of its time, nor begins after the last moment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 10 * DAY_MS })),
        fc.integer({ min: 0, max: 2 * DAY_MS }),
        (attempt, random, retryAfterMs, nowMs) => {
          const nextMs = nextAttemptMs({ attempt, nowMs, retryUntilMs: DAY_MS, retryAfterMs, random });
          if (nextMs === null) return;
          expect(nextMs).toBeLessThanOrEqual(DAY_MS);
          expect(nextMs - nowMs).toBeGreaterThanOrEqual(4_500);
          expect(nextMs - nowMs).toBeLessThanOrEqual(4.4 * HOUR_MS);
        },
      ),
    );
  });

  it('waits as long as the receiver asks for, up to four hours', () => {
    expect(nextAttemptMs({ ...failed, retryAfterMs: 60_000 })).toBe(60_000);
    expect(nextAttemptMs({ ...failed, retryAfterMs: 1 })).toBe(5_000);
    expect(nextAttemptMs({ ...failed, retryAfterMs: 30 * HOUR_MS })).toBe(4 * HOUR_MS);
  });

  it('spreads what failed together', () => {
    expect(nextAttemptMs({ ...failed, random: 0 })).toBe(4_500);
    expect(nextAttemptMs({ ...failed, random: 1 })).toBe(5_500);
  });
});
