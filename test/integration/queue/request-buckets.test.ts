import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { createRequestBuckets, type RequestQuotas } from '../../../shared/queue/request-buckets.ts';
import { eventually } from '../../helpers/eventually.ts';
import { givenRedis } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const keyspace = createKeyspace('ci');
const DAY_MS = 86_400_000;
const given = givenRedis();
let organizations = 0;

const quotas = (perMinute: number | null, perDay: number | null): RequestQuotas => ({ perMinute, perDay });

/** The buckets of a new organization. */
function open() {
  const organizationId = `org_${String(organizations++)}`;
  const buckets = createRequestBuckets({ redis: given.redis, keyspace });
  const key = `${keyspace.requestsPrefix}${organizationId}`;
  return {
    key,
    take: (of: RequestQuotas) => buckets.take(organizationId, of),
    /** As if so much time had passed since the last request. */
    async passes(ms: number) {
      for (const field of ['minute_at_ms', 'day_at_ms']) {
        const atMs = await given.redis.hget(key, field);
        if (atMs !== null) await given.redis.hset(key, field, Number(atMs) - ms);
      }
    },
  };
}

describe('request buckets', () => {
  it('grant the quota at once and refuse one more', async () => {
    const { take } = open();
    for (let left = 4; left >= 0; left -= 1) {
      const [bucket] = await take(quotas(5, null));
      expect(bucket).toMatchObject({ kind: 'minute', empty: false, capacity: 5 });
      expect(Math.floor(bucket?.tokens ?? -1)).toBe(left);
    }
    expect(await take(quotas(5, null))).toMatchObject([{ empty: true }]);
  });

  it('fill up evenly, and hold no more than the quota', async () => {
    const { take, passes } = open();
    for (let count = 0; count < 6; count += 1) await take(quotas(6, null));
    await passes(10_000);
    expect(await take(quotas(6, null))).toMatchObject([{ empty: false }]);
    expect(await take(quotas(6, null))).toMatchObject([{ empty: true }]);
    await passes(DAY_MS);
    const [bucket] = await take(quotas(6, null));
    expect(bucket?.tokens).toBe(5);
  });

  it('take nothing from one when the other is empty', async () => {
    const { take } = open();
    await take(quotas(1, 10));
    const refused = [await take(quotas(1, 10)), await take(quotas(1, 10))];
    for (const states of refused) expect(states).toMatchObject([{ kind: 'minute', empty: true }, { empty: false }]);
    const [day] = await take(quotas(null, 10));
    expect(Math.round(day?.tokens ?? -1)).toBe(8);
  });

  it('are shared: many at once get the quota together, not more', async () => {
    const { take } = open();
    const answers = await Promise.all(Array.from({ length: 100 }, () => take(quotas(null, 40))));
    expect(answers.filter(([bucket]) => bucket?.empty === false)).toHaveLength(40);
  });

  it('are kept apart by organization', async () => {
    const [one, other] = [open(), open()];
    await one.take(quotas(1, null));
    expect(await other.take(quotas(1, null))).toMatchObject([{ empty: false }]);
  });

  it('hold no more than a quota that was lowered', async () => {
    const { take } = open();
    await take(quotas(null, 100));
    const [bucket] = await take(quotas(null, 3));
    expect(bucket?.tokens).toBe(2);
  });

  it('grant what has flowed in and never more, however requests and pauses fall', async () => {
    const walk = fc.array(fc.oneof(fc.constant('take' as const), fc.integer({ min: 1, max: 40_000 })), {
      minLength: 20,
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(
        walk,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 30 }),
        async (steps, ...caps) => {
          const { take, passes } = open();
          const [perMinute, perDay] = caps;
          const startedMs = performance.now();
          // Without the time that really passes: what a bucket holds at least.
          const least = { minute: perMinute, day: perDay };
          let [granted, pausedMs] = [0, 0];
          for (const step of steps) {
            if (step !== 'take') {
              await passes(step);
              pausedMs += step;
              least.minute = Math.min(perMinute, least.minute + (step * perMinute) / 60_000);
              least.day = Math.min(perDay, least.day + (step * perDay) / DAY_MS);
              continue;
            }
            const isGranted = (await take(quotas(perMinute, perDay))).every(({ empty }) => !empty);
            if (least.minute >= 1 && least.day >= 1) expect(isGranted).toBe(true);
            if (!isGranted) continue;
            granted += 1;
            least.minute = Math.max(0, least.minute - 1);
            least.day = Math.max(0, least.day - 1);
          }
          const elapsedMs = pausedMs + performance.now() - startedMs + 1_000;
          expect(granted).toBeLessThanOrEqual(perMinute + (elapsedMs * perMinute) / 60_000);
          expect(granted).toBeLessThanOrEqual(perDay + (elapsedMs * perDay) / DAY_MS);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('leave Redis alone where there is no quota', async () => {
    const { take, key } = open();
    expect(await take(quotas(null, null))).toEqual([]);
    expect(await given.redis.exists(key)).toBe(0);
  });

  it('are forgotten when they are full again', async () => {
    const { take, key } = open();
    await take(quotas(6_000, null));
    expect(await given.redis.pttl(key)).toBeLessThanOrEqual(10);
    await eventually(async () => (await given.redis.exists(key)) === 0);
  });

  it('refuse while Redis is frozen', async () => {
    const { take } = open();
    given.server.freeze();
    try {
      await expect(take(quotas(1, null))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    } finally {
      given.server.thaw();
    }
  });
});
