import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../shared/contracts/errors.ts';
import type { RunReport } from '../../../shared/contracts/result.ts';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { BATCH_MAX } from '../../../shared/queue/result-position.ts';
import { createResultPoster, openResultConsumer, type ResultPoster } from '../../../shared/queue/results.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aReport, ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

/** What another consumer had comes back after 5 s without acknowledgement. */
const CLAIM_MS = 20_000;

const keyspace = createKeyspace('ci');
let server: TestRedis;
let redis: QueueRedis;
let poster: ResultPoster;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  poster = createResultPoster({ redis, keyspace });
});

beforeEach(async () => {
  await redis.flushall();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function consume(onBatch: (reports: readonly RunReport[]) => Promise<void>, consumerName = 'api-1') {
  const events: string[] = [];
  const consumer = openResultConsumer({
    redisUrl: server.url,
    keyspace,
    consumerName,
    onBatch,
    report: (event) => events.push(event),
  });
  closers.push(consumer.close);
  consumer.start();
  return { consumer, events };
}

/** Collects ids; `refuse` decides which batches fail. */
function collecting(refuse: (reports: readonly RunReport[]) => Error | undefined = () => undefined) {
  const ids: string[] = [];
  const batches: number[] = [];
  return {
    ids,
    batches,
    onBatch: async (reports: readonly RunReport[]): Promise<void> => {
      const error = refuse(reports);
      if (error !== undefined) throw error;
      batches.push(reports.length);
      ids.push(...reports.map((report) => report.execution_id));
    },
  };
}

async function postMany(count: number): Promise<string[]> {
  const reports = Array.from({ length: count }, () => aReport());
  for (const report of reports) await poster.post(report);
  return reports.map((report) => report.execution_id);
}

describe('results: consumer', () => {
  it('hands over the report as it was posted', async () => {
    const seen: RunReport[] = [];
    consume(async (reports) => void seen.push(...reports));
    const report = aReport({ outputs: [{ type: 'text', stream: 'stdout', text: 'é\u{1F600}\n' }] });
    await poster.post(report);
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([report]);
  });

  it('gets what was posted before any consumer was there, in order and in batches of at most 64', async () => {
    const ids = await postMany(150);
    const sink = collecting();
    consume(sink.onBatch);
    await eventually(() => sink.ids.length === 150);
    expect(sink.ids).toEqual(ids);
    expect(Math.max(...sink.batches)).toBe(BATCH_MAX);
  });

  it('leaves nothing of handled reports', async () => {
    await postMany(3);
    const sink = collecting();
    consume(sink.onBatch);
    await eventually(async () => (await redis.xlen(keyspace.results)) === 0);
    expect(sink.ids).toHaveLength(3);
  });

  it('shares the reports between the processes, each going to one', async () => {
    const [first, second] = [collecting(), collecting()];
    consume(first.onBatch, 'api-1');
    consume(second.onBatch, 'api-2');
    const ids = await postMany(100);
    await eventually(() => first.ids.length + second.ids.length === 100);
    expect([...first.ids, ...second.ids].sort()).toEqual([...ids].sort());
  });

  it('drops an entry that it cannot read, and tells of it', async () => {
    const sink = collecting();
    await redis.xadd(keyspace.results, '*', 'report', '{');
    await redis.xadd(keyspace.results, '*', 'something', 'else');
    const [id] = await postMany(1);
    const { events } = consume(sink.onBatch);
    await eventually(async () => sink.ids.length === 1 && (await redis.xlen(keyspace.results)) === 0);
    expect([sink.ids, events]).toEqual([[id], ['report_unreadable', 'report_unreadable']]);
  });
});

describe('results: failed batches', () => {
  it('are handed over again until they are handled', async () => {
    let failures = 0;
    const sink = collecting(() => (failures++ < 3 ? new Error('no') : undefined));
    consume(sink.onBatch);
    const ids = await postMany(5);
    await eventually(() => new Set(sink.ids).size === 5, { timeoutMs: CLAIM_MS });
    expect(new Set(sink.ids)).toEqual(new Set(ids));
    await eventually(async () => (await redis.xlen(keyspace.results)) === 0);
  });

  it('come again while the database is away, in smaller batches', async () => {
    let failures = 0;
    const away = new AppError('DATABASE_UNAVAILABLE', 'away');
    await postMany(10);
    const sink = collecting(() => (failures++ < 4 ? away : undefined));
    consume(sink.onBatch);
    await eventually(() => sink.ids.length === 10);
    expect(sink.batches.reduce((sum, size) => sum + size, 0)).toBe(10);
    expect(Math.max(...sink.batches)).toBeLessThan(10);
  });

  it('do not let one bad report hold up the others', async () => {
    const ids = await postMany(10);
    const sink = collecting((reports) =>
      reports.some((report) => report.execution_id === ids[4]) ? new Error('bad') : undefined,
    );
    consume(sink.onBatch);
    await eventually(() => sink.ids.length === 9);
    expect(sink.ids).toEqual(ids.filter((id) => id !== ids[4]));
    expect(await redis.xlen(keyspace.results)).toBe(1);
  });
});

describe('results: lost consumers', () => {
  it(
    'leave what they had to another process',
    async () => {
      const script = fileURLToPath(import.meta.resolve('./stuck-result-consumer.ts'));
      const ids = await postMany(3);
      const child = spawn(process.execPath, [script, server.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await eventually(() => output.includes('stuck'));
      child.kill('SIGKILL');
      const sink = collecting();
      consume(sink.onBatch, 'api-2');
      await eventually(() => sink.ids.length === 3, { timeoutMs: CLAIM_MS });
      expect(sink.ids).toEqual(ids);
      await eventually(async () => (await redis.xlen(keyspace.results)) === 0);
    },
    CLAIM_MS * 2,
  );

  it('get what they had at once when they come back under their name', async () => {
    await postMany(3);
    const stuck = collecting(() => new AppError('DATABASE_UNAVAILABLE', 'away'));
    const { consumer, events } = consume(stuck.onBatch, 'api-1');
    await eventually(() => events.includes('batch_failed'));
    await consumer.close();
    const sink = collecting();
    consume(sink.onBatch, 'api-1');
    await eventually(() => sink.ids.length === 3);
  });
});

describe('results: wiped Redis', () => {
  it('gets a new group while the consumer waits', async () => {
    const sink = collecting();
    consume(sink.onBatch);
    await postMany(1);
    await eventually(() => sink.ids.length === 1);
    await redis.flushall();
    await postMany(2);
    await eventually(() => sink.ids.length === 3);
  });
});

describe('results: close', () => {
  it('waits for the batch at hand and acknowledges it', async () => {
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let started = false;
    const { consumer } = consume(async () => {
      started = true;
      await gate;
    });
    await postMany(1);
    await eventually(() => started);
    const closing = consumer.close();
    letGo();
    await closing;
    expect(await redis.xlen(keyspace.results)).toBe(0);
  });

  it('ends a waiting consumer and its connection', async () => {
    const { consumer } = consume(async () => {});
    const isWaiting = async () => String(await redis.client('LIST')).includes('cmd=xreadgroup');
    await eventually(isWaiting);
    await consumer.close();
    await eventually(async () => !(await isWaiting()));
  });
});
