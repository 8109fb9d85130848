import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createCancels } from '../../../shared/queue/cancels.ts';
import { openRedis, pingRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { openExecutionConsumer } from '../../../shared/queue/execution-consumer.ts';
import { openExecutionQueue, type ExecutionQueue } from '../../../shared/queue/execution-queue.ts';
import { createFairIndex } from '../../../shared/queue/fair-index.ts';
import { createHeartbeats } from '../../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import {
  createDoneNotifier,
  createEventReader,
  createEventWriter,
  openSubscriber,
  type Subscriber,
} from '../../../shared/queue/live-events.ts';
import { createResultBacklog, createResultPoster, openResultConsumer } from '../../../shared/queue/results.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aJob, anExecutionId, aReport, aWorkerStatus, ignore, refusalMs } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const REFUSED_WITHIN_MS = 1_500;
const LOST_JOB_MS = 15_000;

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;
let queue: ExecutionQueue;
let subscriber: Subscriber;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis({ appendonly: true });
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  queue = openExecutionQueue({ redisUrl: server.url, namespace: 'ci' });
  subscriber = openSubscriber({ redisUrl: server.url, keyspace, report: ignore });
  await queue.has('none');
  await subscriber.onEvents('none', ignore);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(async () => {
  await subscriber.close();
  await queue.close();
  redis.disconnect();
  await server.stop();
});

/** Everything that a request or a worker waits for. */
function calls(): Record<string, () => Promise<unknown>> {
  const executionId = anExecutionId();
  const index = createFairIndex({ redis, keyspace });
  const [cancels, heartbeats] = [createCancels({ redis, keyspace }), createHeartbeats({ redis, keyspace })];
  return {
    ping: () => pingRedis(redis),
    submit: () => index.submit({ organizationId: 'a', executionId, bytes: 1 }),
    finish: () => index.finish(executionId),
    depth: () => index.depth(),
    hasEpoch: () => index.hasEpoch(),
    add: () => queue.add(aJob()),
    has: () => queue.has(executionId),
    remove: () => queue.remove(executionId),
    cancel: () => cancels.request(executionId),
    isRequested: () => cancels.isRequested(executionId),
    beat: () => heartbeats.beat(aWorkerStatus()),
    list: () => heartbeats.list(),
    append: () =>
      createEventWriter({ redis, keyspace }).append(executionId, [{ type: 'started', attempt: 1, started_at_ms: 0 }]),
    readAfter: () => createEventReader({ redis, keyspace }).readAfter(executionId, '0-0'),
    announce: () => createDoneNotifier({ redis, keyspace }).announce([executionId]),
    backlog: () => createResultBacklog({ redis, keyspace }).size(),
    onEvents: () => subscriber.onEvents(executionId, ignore),
  };
}

async function expectRecovery(): Promise<void> {
  for (const [name, call] of Object.entries(calls())) {
    await eventually(() =>
      call().then(
        () => true,
        () => false,
      ),
    ).catch(() => {
      throw new Error(`${name} did not recover`);
    });
  }
}

describe('frozen Redis', () => {
  it('makes every call fail within 1.5 s and work again by itself', async () => {
    server.freeze();
    const refusals = await Promise.all(Object.values(calls()).map(refusalMs)).finally(server.thaw);
    expect(Math.max(...refusals)).toBeLessThan(REFUSED_WITHIN_MS);
    await expectRecovery();
  });

  it('makes an execution queue that is opened meanwhile fail in time, and work afterwards', async () => {
    server.freeze();
    const opened = openExecutionQueue({ redisUrl: server.url, namespace: 'ci' });
    closers.push(opened.close);
    const refusal = await refusalMs(() => opened.add(aJob())).finally(server.thaw);
    expect(refusal).toBeLessThan(REFUSED_WITHIN_MS);
    await eventually(() =>
      opened.add(aJob()).then(
        () => true,
        () => false,
      ),
    );
  });

  it('holds up a report until it is back', async () => {
    const poster = createResultPoster({ redis, keyspace });
    const before = await redis.xlen(keyspace.results);
    server.freeze();
    const posting = poster.post(aReport());
    const refusal = await refusalMs(() => pingRedis(redis));
    server.thaw();
    await posting;
    expect(refusal).toBeLessThan(REFUSED_WITHIN_MS);
    expect(await redis.xlen(keyspace.results)).toBeGreaterThan(before);
  });

  it('lets a running job go on when it is back before the lock ends', async () => {
    await redis.flushall();
    let runs = 0;
    let aborted = false;
    let letGo = () => {};
    const consumer = openExecutionConsumer({
      redisUrl: server.url,
      namespace: 'ci',
      slots: 1,
      report: ignore,
      process: async ({ signal }) => {
        runs += 1;
        signal.addEventListener('abort', () => (aborted = true));
        await new Promise<void>((resolve) => (letGo = resolve));
      },
    });
    closers.push(consumer.close);
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(() => runs === 1);
    server.freeze();
    await refusalMs(() => pingRedis(redis));
    server.thaw();
    letGo();
    await eventually(async () => !(await queue.has(job.execution_id).catch(() => true)));
    expect([runs, aborted]).toEqual([1, false]);
  });

  it('does not keep a consumer from closing', async () => {
    const consumer = openExecutionConsumer({
      redisUrl: server.url,
      namespace: 'ci',
      slots: 1,
      process: async () => {},
      report: ignore,
    });
    consumer.start();
    await eventually(async () => String(await redis.client('LIST')).includes('cmd=bzpopmin'));
    server.freeze();
    const startedMs = performance.now();
    await consumer.close().finally(server.thaw);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });
});

describe('Redis that is down', () => {
  it('makes every call fail at once and work again by itself', async () => {
    await server.kill9();
    await eventually(() => redis.status !== 'ready');
    const refusals = await Promise.all(Object.values(calls()).map(refusalMs)).finally(server.restart);
    expect(Math.max(...refusals)).toBeLessThan(REFUSED_WITHIN_MS);
    await expectRecovery();
  });

  it('gets a report when it is back', async () => {
    const poster = createResultPoster({ redis, keyspace });
    await server.kill9();
    const posting = poster.post(aReport());
    await server.restart();
    await posting;
    await eventually(() => redis.xlen(keyspace.results).catch(() => 0));
  });

  it('lets a poster give up when it is told to', async () => {
    const stop = new AbortController();
    await server.kill9();
    const posting = createResultPoster({ redis, keyspace }).post(aReport(), stop.signal);
    stop.abort(new Error('shutting down'));
    await expect(posting.finally(server.restart)).rejects.toThrow('shutting down');
  });

  it(
    'leaves consumers working when it is back',
    async () => {
      const [ran, reported]: [string[], string[]] = [[], []];
      const poster = createResultPoster({ redis, keyspace });
      const consumer = openExecutionConsumer({
        redisUrl: server.url,
        namespace: 'ci',
        slots: 1,
        process: async ({ job }) => void ran.push(job.execution_id),
        report: ignore,
      });
      const results = openResultConsumer({
        redisUrl: server.url,
        keyspace,
        consumerName: 'api-1',
        onBatch: async (reports) => void reported.push(...reports.map(({ execution_id: id }) => id)),
        report: ignore,
      });
      closers.push(consumer.close, results.close);
      consumer.start();
      results.start();
      await eventually(() =>
        redis.ping().then(
          () => true,
          () => false,
        ),
      );
      await server.kill9();
      await server.restart();
      const [job, report] = [aJob(), aReport()];
      await eventually(() =>
        queue.add(job).then(
          () => true,
          () => false,
        ),
      );
      await poster.post(report);
      await eventually(() => ran.includes(job.execution_id) && reported.includes(report.execution_id), {
        timeoutMs: LOST_JOB_MS,
      });
    },
    LOST_JOB_MS * 2,
  );
});
