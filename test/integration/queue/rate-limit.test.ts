import { describe, expect, it, jest } from '@jest/globals';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { createFailureLimiter } from '../../../shared/queue/rate-limit.ts';
import { eventually } from '../../helpers/eventually.ts';
import { givenRedis } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const given = givenRedis();

const open = (points: number, durationSeconds = 60) =>
  createFailureLimiter({ redis: given.redis, keyspace: createKeyspace('ci'), points, durationSeconds });

describe('failure limiter', () => {
  it('blocks an address at its last granted failure, on every process', async () => {
    const [one, other] = [open(3), open(3)];
    for (let failures = 0; failures < 2; failures += 1) await one.recordFailure('10.0.0.1');
    const before = await other.isBlocked('10.0.0.1');
    await one.recordFailure('10.0.0.1');
    const after = await other.isBlocked('10.0.0.1');
    expect(before).toEqual({ blocked: false, retryAfterSeconds: 0 });
    expect(after).toMatchObject({ blocked: true });
    expect(after.retryAfterSeconds).toBeGreaterThan(50);
    expect(after.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('blocks no other address', async () => {
    const limiter = open(1);
    await limiter.recordFailure('10.0.0.2');
    expect(await limiter.isBlocked('10.0.0.3')).toMatchObject({ blocked: false });
  });

  it('lets the address in again after its time', async () => {
    const limiter = open(1, 1);
    await limiter.recordFailure('::1');
    const blocked = await limiter.isBlocked('::1');
    await eventually(async () => !(await limiter.isBlocked('::1')).blocked);
    expect(blocked).toEqual({ blocked: true, retryAfterSeconds: 1 });
  });

  it('counts in the process while Redis is frozen, and answers soon', async () => {
    const limiter = open(1);
    given.server.freeze();
    try {
      const startedMs = performance.now();
      const before = await limiter.isBlocked('10.0.0.4');
      await limiter.recordFailure('10.0.0.4');
      const after = await limiter.isBlocked('10.0.0.4');
      expect(performance.now() - startedMs).toBeLessThan(1_000);
      expect([before.blocked, after.blocked]).toEqual([false, true]);
    } finally {
      given.server.thaw();
    }
  });
});
