import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { openExecutionQueue, type ExecutionQueue } from '../../../shared/queue/execution-queue.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aJob, ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

let server: TestRedis;
let redis: QueueRedis;
let queue: ExecutionQueue;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  queue = openExecutionQueue({ redisUrl: server.url, namespace: 'ci' });
});

beforeEach(async () => {
  await redis.flushall();
});

afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

describe('execution queue: add', () => {
  it('holds the job under its execution id', async () => {
    const job = aJob();
    await queue.add(job);
    expect(await queue.has(job.execution_id)).toBe(true);
  });

  it('takes an id that is already there only once', async () => {
    const job = aJob();
    await queue.add(job);
    await queue.add({ ...job, code: 'print(2)' });
    expect(await redis.lrange('ci:{exec}:executions:wait', 0, -1)).toEqual([job.execution_id]);
  });

  it('takes an id again that was removed', async () => {
    const job = aJob();
    await queue.add(job);
    await queue.remove(job.execution_id);
    const between = await queue.has(job.execution_id);
    await queue.add(job);
    expect([between, await queue.has(job.execution_id)]).toEqual([false, true]);
  });

  it('works on after Redis was wiped', async () => {
    await queue.add(aJob());
    await redis.flushall();
    const job = aJob();
    await queue.add(job);
    expect(await queue.has(job.execution_id)).toBe(true);
  });

  it('puts every key under the one hash tag', async () => {
    await queue.add(aJob());
    const keys = await redis.keys('*');
    expect(keys.filter((key) => !key.startsWith('ci:{exec}:'))).toEqual([]);
  });
});

describe('execution queue: remove', () => {
  it('takes a waiting job out', async () => {
    const job = aJob();
    await queue.add(job);
    await queue.remove(job.execution_id);
    expect(await queue.has(job.execution_id)).toBe(false);
  });

  it('does nothing for an unknown id', async () => {
    await expect(queue.remove(aJob().execution_id)).resolves.toBeUndefined();
  });
});
