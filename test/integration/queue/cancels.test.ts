import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createCancels, type Cancels } from '../../../shared/queue/cancels.ts';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { openSubscriber, type Subscriber } from '../../../shared/queue/live-events.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;
let cancels: Cancels;
let subscriber: Subscriber;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  cancels = createCancels({ redis, keyspace });
  subscriber = openSubscriber({ redisUrl: server.url, keyspace, report: ignore });
  await subscriber.onEvents('ready', ignore);
});

afterAll(async () => {
  await subscriber.close();
  redis.disconnect();
  await server.stop();
});

/** What a worker does when it takes a job: register the run, then look for the marker. */
async function takeJob(executionId: string, runs: Map<string, () => void>): Promise<boolean> {
  let cancelled = false;
  runs.set(executionId, () => (cancelled = true));
  if (await cancels.isRequested(executionId)) cancelled = true;
  return cancelled || eventually(() => cancelled).catch(() => false);
}

describe('cancels', () => {
  it('tells a request until it is cleared', async () => {
    const before = await cancels.isRequested('e1');
    await cancels.request('e1');
    const during = await cancels.isRequested('e1');
    await cancels.clear('e1');
    expect([before, during, await cancels.isRequested('e1')]).toEqual([false, true, false]);
  });

  it('forgets a request after an hour', async () => {
    await cancels.request('e2');
    const leftSeconds = await redis.ttl(keyspace.cancelMarker('e2'));
    expect(leftSeconds).toBeGreaterThan(3_590);
    expect(leftSeconds).toBeLessThanOrEqual(3_600);
  });

  it('has the marker in place when it is announced', async () => {
    const seen: boolean[] = [];
    const stop = subscriber.onCancel((id) => {
      if (id === 'e3') void cancels.isRequested(id).then((requested) => seen.push(requested));
    });
    await cancels.request('e3');
    await eventually(() => seen.length === 1);
    stop();
    expect(seen).toEqual([true]);
  });

  it('loses none of 300 that come just as their job is taken', async () => {
    const runs = new Map<string, () => void>();
    const stop = subscriber.onCancel((id) => runs.get(id)?.());
    const stopped = await Promise.all(
      Array.from({ length: 300 }, async (_, at) => {
        const id = `race${String(at)}`;
        const taken = at % 2 === 0 ? takeJob(id, runs) : undefined;
        await cancels.request(id);
        return taken ?? takeJob(id, runs);
      }),
    );
    stop();
    expect(stopped.filter((cancelled) => !cancelled)).toEqual([]);
  });
});
