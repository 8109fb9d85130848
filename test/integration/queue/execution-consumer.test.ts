import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { openExecutionConsumer, type Run } from '../../../shared/queue/execution-consumer.ts';
import { openExecutionQueue, type ExecutionQueue } from '../../../shared/queue/execution-queue.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aJob, ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

/** A lock's 4 s, a sweep's second, and the machine's slowness. */
const LOST_WORKER_MS = 20_000;

let server: TestRedis;
let redis: QueueRedis;
let queue: ExecutionQueue;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
  queue = openExecutionQueue({ redisUrl: server.url, namespace: 'ci' });
});

beforeEach(async () => {
  await redis.flushall();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

function consume(process: (run: Run) => Promise<void>, slots = 2) {
  const events: string[] = [];
  const consumer = openExecutionConsumer({
    redisUrl: server.url,
    namespace: 'ci',
    slots,
    process,
    report: (event) => events.push(event),
  });
  closers.push(consumer.close);
  return { consumer, events };
}

const lockOf = (executionId: string) => `ci:{exec}:executions:${executionId}:lock`;

/** Runs that stay until they are let go or aborted. */
function holding() {
  const runs: Run[] = [];
  const gates: (() => void)[] = [];
  return {
    runs,
    letGo: () => {
      for (const open of gates.splice(0)) open();
    },
    process: (run: Run): Promise<void> =>
      new Promise((resolve, reject) => {
        runs.push(run);
        gates.push(resolve);
        run.signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
  };
}

describe('execution consumer: runs', () => {
  it('hands over the job as it was added, for the first time', async () => {
    const runs: Run[] = [];
    const { consumer } = consume(async (run) => void runs.push(run));
    consumer.start();
    const job = aJob({ code: 'print("é\u{1F600}")' });
    await queue.add(job);
    await eventually(() => runs.length === 1);
    expect(runs[0]).toMatchObject({ job, attempt: 1, lostBefore: 0 });
  });

  it('leaves nothing of an ended job in Redis', async () => {
    const { consumer } = consume(async () => {});
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(async () => (await redis.keys(`*${job.execution_id}*`)).length === 0);
    expect(await queue.has(job.execution_id)).toBe(false);
  });

  it('takes as many jobs at a time as it has slots', async () => {
    const held = holding();
    const { consumer } = consume(held.process, 2);
    consumer.start();
    for (let count = 0; count < 3; count += 1) await queue.add(aJob());
    await eventually(() => held.runs.length === 2);
    expect(await redis.llen('ci:{exec}:executions:wait')).toBe(1);
    held.letGo();
    await eventually(() => held.runs.length === 3);
    held.letGo();
  });

  it('lets a job that was handed back run again, and counts no loss', async () => {
    const runs: Run[] = [];
    const { consumer } = consume(async (run) => {
      runs.push(run);
      if (runs.length === 1) run.handBack('no loss');
    });
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(async () => runs.length === 2 && !(await queue.has(job.execution_id)));
    expect(runs[1]).toMatchObject({ job, attempt: 2, lostBefore: 0 });
  });

  it('counts a handed back loss together with lost workers', async () => {
    const runs: Run[] = [];
    const { consumer } = consume(async (run) => {
      runs.push(run);
      if (runs.length < 3) run.handBack('loss');
    });
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(() => runs.length === 3);
    expect(runs.map(({ attempt, lostBefore }) => [attempt, lostBefore])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    expect(runs[2]?.job).toEqual(job);
  });

  it('leaves a job that it cannot read to a worker of another version, and tells of it', async () => {
    const { consumer, events } = consume(async () => {});
    consumer.start();
    // A job of a version that does not exist yet.
    const job = { ...aJob(), version: 99 };
    await queue.add(job as never);
    await eventually(() => events.filter((event) => event === 'job_unreadable').length === 2);
    expect(await queue.has(job.execution_id)).toBe(true);
  });

  it('works on after Redis was wiped', async () => {
    const runs: Run[] = [];
    const { consumer } = consume(async (run) => void runs.push(run));
    consumer.start();
    await queue.add(aJob());
    await eventually(() => runs.length === 1);
    await redis.flushall();
    await queue.add(aJob());
    await eventually(() => runs.length === 2);
  });
});

describe('execution consumer: pause', () => {
  it('takes no new job while running ones go on', async () => {
    const held = holding();
    const { consumer } = consume(held.process);
    consumer.start();
    await queue.add(aJob());
    await eventually(() => held.runs.length === 1);
    await consumer.pause();
    const second = aJob();
    await queue.add(second);
    held.letGo();
    await eventually(async () => (await redis.llen('ci:{exec}:executions:active')) === 0);
    expect(held.runs).toHaveLength(1);
    expect(await queue.has(second.execution_id)).toBe(true);
  });

  it('leaves a job that comes just after the pause to another worker', async () => {
    const taken: string[] = [];
    const { consumer: paused } = consume(async () => void taken.push('paused'));
    paused.start();
    // Wait for its blocking read, which the pause does not interrupt.
    await eventually(async () => String(await redis.client('LIST')).includes('cmd=bzpopmin'));
    await paused.pause();
    await queue.add(aJob());
    const { consumer: other } = consume(async () => void taken.push('other'));
    other.start();
    await eventually(() => taken.length === 1);
    expect(taken).toEqual(['other']);
  });

  it('takes jobs again after resume', async () => {
    const runs: Run[] = [];
    const { consumer } = consume(async (run) => void runs.push(run));
    consumer.start();
    await consumer.pause();
    await queue.add(aJob());
    consumer.resume();
    await eventually(() => runs.length === 1);
    expect(consumer.isPaused()).toBe(false);
  });
});

describe('execution consumer: lost', () => {
  it('aborts a run whose lock another has taken', async () => {
    const held = holding();
    const { consumer, events } = consume(held.process);
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(() => held.runs.length === 1);
    await redis.set(lockOf(job.execution_id), 'another worker');
    await eventually(() => held.runs[0]?.signal.aborted);
    expect(events).toContain('lock_lost');
  });

  it(
    'runs a job again whose lock is gone, in the same process too, and keeps that run alive',
    async () => {
      const held = holding();
      const { consumer } = consume(held.process);
      consumer.start();
      const job = aJob();
      await queue.add(job);
      await eventually(() => held.runs.length === 1);
      await redis.set(lockOf(job.execution_id), 'a lost worker', 'PX', 1_500);
      await eventually(() => held.runs.length === 2, { timeoutMs: LOST_WORKER_MS });
      expect(held.runs[1]).toMatchObject({ attempt: 2, lostBefore: 1 });
      // Longer than a lock lasts without renewal.
      const startedMs = performance.now();
      await eventually(() => performance.now() - startedMs > 5_000 || held.runs.length > 2);
      expect([held.runs.length, held.runs[1]?.signal.aborted]).toEqual([2, false]);
      held.letGo();
    },
    LOST_WORKER_MS * 2,
  );

  it(
    'runs a job again whose processing failed, as a lost one',
    async () => {
      const runs: Run[] = [];
      const { consumer, events } = consume(async (run) => {
        runs.push(run);
        if (runs.length === 1) throw new Error('no sandbox');
      });
      consumer.start();
      await queue.add(aJob());
      await eventually(() => runs.length === 2, { timeoutMs: LOST_WORKER_MS });
      expect(runs[1]).toMatchObject({ attempt: 2, lostBefore: 1 });
      expect(events).toContain('run_failed');
    },
    LOST_WORKER_MS * 2,
  );

  it(
    'takes over what a killed worker process had, within a lock and a sweep',
    async () => {
      const script = fileURLToPath(import.meta.resolve('./held-consumer.ts'));
      const child = spawn(process.execPath, [script, server.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const job = aJob();
      await queue.add(job);
      await eventually(() => output.includes(job.execution_id));

      const runs: Run[] = [];
      const { consumer } = consume(async (run) => void runs.push(run));
      consumer.start();
      child.kill('SIGKILL');
      const killedMs = performance.now();
      await eventually(() => runs.length === 1, { timeoutMs: LOST_WORKER_MS });
      expect(runs[0]).toMatchObject({ attempt: 2, lostBefore: 1, job: { execution_id: job.execution_id } });
      expect(performance.now() - killedMs).toBeLessThan(8_000);
    },
    LOST_WORKER_MS * 2,
  );
});

describe('execution consumer: close', () => {
  it('waits for the running job and completes it', async () => {
    const held = holding();
    const { consumer } = consume(held.process);
    consumer.start();
    const job = aJob();
    await queue.add(job);
    await eventually(() => held.runs.length === 1);
    let closed = false;
    const closing = consumer.close().then(() => (closed = true));
    await eventually(() => consumer.isPaused());
    const closedBefore = closed;
    held.letGo();
    await closing;
    expect([closedBefore, await queue.has(job.execution_id)]).toEqual([false, false]);
  });

  it('ends in time when the server never was there', async () => {
    const consumer = openExecutionConsumer({
      redisUrl: 'redis://127.0.0.1:1',
      namespace: 'ci',
      slots: 1,
      process: async () => {},
      report: ignore,
    });
    consumer.start();
    const startedMs = performance.now();
    await consumer.close();
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });
});
