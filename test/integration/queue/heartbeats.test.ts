import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createDeployment } from '../../../shared/queue/deployment.ts';
import { createHeartbeats, type Heartbeats } from '../../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aWorkerStatus, ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;
let heartbeats: Heartbeats;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  heartbeats = createHeartbeats({ redis, keyspace });
});

beforeEach(async () => {
  await redis.flushall();
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

describe('heartbeats', () => {
  it('lists every live worker with what it said last', async () => {
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w2' }));
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w1', busy: 0 }));
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w1', busy: 2 }));
    expect(await heartbeats.list()).toEqual([
      aWorkerStatus({ worker_id: 'w1', busy: 2 }),
      aWorkerStatus({ worker_id: 'w2' }),
    ]);
  });

  it('forgets a worker five seconds after its last heartbeat', async () => {
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w1' }));
    const startedMs = performance.now();
    await eventually(async () => (await heartbeats.list()).length === 0);
    expect(performance.now() - startedMs).toBeGreaterThan(4_900);
    expect((await redis.keys('*')).filter((key) => !key.includes('seen-worker'))).toEqual([]);
    expect((await heartbeats.lost()).map(({ status }) => status.worker_id)).toEqual(['w1']);
  });

  it('forgets a worker that leaves at once', async () => {
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w1' }));
    await heartbeats.leave('w1');
    expect(await heartbeats.list()).toEqual([]);
  });

  it('leaves out a worker whose status it does not understand, but knows that it lives', async () => {
    await redis.set(`${keyspace.workerPrefix}w9`, '{"version":9,"worker_id":"w9"}');
    await redis.sadd(keyspace.workers, 'w9');
    await heartbeats.beat(aWorkerStatus({ worker_id: 'w1' }));
    expect((await heartbeats.list()).map(({ worker_id }) => worker_id)).toEqual(['w1']);
    expect((await heartbeats.ids()).sort()).toEqual(['w1', 'w9']);
  });
});

describe('deployment', () => {
  it('has one name, whoever asks', async () => {
    const names = await Promise.all([1, 2, 3].map(() => createDeployment({ redis, keyspace }).read()));
    expect(new Set(names).size).toBe(1);
  });
});
