import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { createKnownModels } from '../../../shared/queue/known-models.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
});

beforeEach(async () => {
  await redis.flushall();
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** As if nobody had told of it since. */
async function toldBefore(name: string, seconds: number): Promise<void> {
  await redis.zadd(keyspace.knownModels, Math.floor(Date.now() / 1000) - seconds, name);
}

describe('known models', () => {
  it('are those that any process told of lately', async () => {
    const models = createKnownModels({ redis, keyspace });
    await models.tell(['direct', 'one']);
    await models.tell(['direct', 'other']);
    expect(await models.read()).toEqual({ there: ['direct', 'one', 'other'], gone: [] });
  });

  it('are gone a minute after the last process told of them, until one tells again', async () => {
    const models = createKnownModels({ redis, keyspace });
    await toldBefore('restarting', 30);
    await toldBefore('removed', 120);
    expect(await models.read()).toEqual({ there: ['restarting'], gone: ['removed'] });
    await models.tell(['removed']);
    expect((await models.read()).gone).toEqual([]);
  });

  it('are forgotten after a week', async () => {
    const models = createKnownModels({ redis, keyspace });
    await toldBefore('old', 8 * 24 * 3600);
    await models.tell(['direct']);
    expect(await models.read()).toEqual({ there: ['direct'], gone: [] });
  });

  it('are none where nobody told of any', async () => {
    expect(await createKnownModels({ redis, keyspace }).read()).toEqual({ there: [], gone: [] });
  });
});
