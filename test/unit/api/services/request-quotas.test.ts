import { describe, expect, it } from '@jest/globals';
import { allowanceOf, createRequestQuotas, tightestOf } from '../../../../api/services/request-quotas.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';
import type { BucketState } from '../../../../shared/queue/request-buckets.ts';

const minute: BucketState = { kind: 'minute', empty: false, capacity: 60, tokens: 30.5 };
const day: BucketState = { kind: 'day', empty: false, capacity: 1_000, tokens: 40 };
const organizationId = OrganizationId.parse(`org_${'a'.repeat(20)}`);

describe('request quotas: which bucket decides', () => {
  it('is the one with least left', () => {
    expect(tightestOf([minute, day])).toBe(minute);
    expect(tightestOf([minute, { ...day, tokens: 3 }])).toMatchObject({ kind: 'day' });
  });

  it('is the empty one, and of two the one that takes longer', () => {
    const none = { tokens: 0, empty: true };
    expect(
      tightestOf([
        { ...minute, ...none },
        { ...day, tokens: 1.5 },
      ]),
    ).toMatchObject({ kind: 'minute' });
    expect(
      tightestOf([
        { ...minute, ...none },
        { ...day, ...none },
      ]),
    ).toMatchObject({ kind: 'day' });
  });

  it('is none without a quota', () => {
    expect(tightestOf([])).toBeUndefined();
  });
});

describe('request quotas: what is told', () => {
  it('is whole requests and the seconds until all are there again', () => {
    expect(allowanceOf(minute)).toEqual({ limit: 60, remaining: 30, resetSeconds: 30 });
    expect(allowanceOf({ ...minute, tokens: 60 })).toEqual({ limit: 60, remaining: 60, resetSeconds: 0 });
  });

  it.each([
    ['REQUESTS_PER_MINUTE_EXCEEDED', { ...minute, tokens: 0.25, empty: true }, 1],
    ['REQUESTS_PER_DAY_EXCEEDED', { ...day, tokens: 0, empty: true }, 87],
  ] as const)('is the code %s with the wait for the next request', async (code, state, retryAfterSeconds) => {
    const told: unknown[] = [];
    const quotas = createRequestQuotas({
      settings: { find: async () => ({ quotas: { requests_per_minute: 60, requests_per_day: 1_000 } }) },
      buckets: { take: () => Promise.resolve([state]) },
    });
    await expect(quotas.take(organizationId, (allowance) => told.push(allowance))).rejects.toMatchObject({
      code,
      retryAfterSeconds,
    });
    expect(told).toEqual([expect.objectContaining({ limit: state.capacity, remaining: 0 })]);
  });
});
