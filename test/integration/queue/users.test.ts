/** The users of `deploy/redis/users.acl`: each may do what its processes do, and nothing further. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookDeliveryId } from '../../../shared/contracts/ids.ts';
import { createLifecycle } from '../../../shared/platform/lifecycle.ts';
import { openBoardQueues } from '../../../shared/queue/board-queues.ts';
import { createCancels } from '../../../shared/queue/cancels.ts';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { openExecutionConsumer, type Run } from '../../../shared/queue/execution-consumer.ts';
import { openExecutionQueue } from '../../../shared/queue/execution-queue.ts';
import { createFairIndex } from '../../../shared/queue/fair-index.ts';
import { createHeartbeats } from '../../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { createDoneNotifier, createEventReader, createEventWriter } from '../../../shared/queue/live-events.ts';
import { createFailureLimiter } from '../../../shared/queue/rate-limit.ts';
import { createResultPoster, openResultConsumer } from '../../../shared/queue/results.ts';
import { createWorkerCommands } from '../../../shared/queue/worker-commands.ts';
import { openWebhookConsumer, openWebhookQueue } from '../../../shared/queue/webhook-queue.ts';
import { openQueueSide } from '../../../worker/queue-side.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { aJob, anExecutionId, aReport, aWorkerStatus, ignore } from './fixtures.ts';

// Other suites may take the machine's time.
jest.setTimeout(30_000);

const SHIPPED = new URL('../../../deploy/redis/users.acl', import.meta.url);
const PASSWORD = 'of-a-test';
const keyspace = createKeyspace('ci');
const directory = mkdtempSync(join(tmpdir(), 'test-users-'));
const lifecycle = createLifecycle(ignore);
let server: TestRedis;
let operator: QueueRedis;
let api: QueueRedis;
let worker: QueueRedis;

const urlOf = (user: string) => server.url.replace(/\/\/:[^@]*@/, `//${user}:${PASSWORD}@`);

async function connect(user: string): Promise<QueueRedis> {
  const redis = openRedis(urlOf(user), 'command', ignore);
  lifecycle.onClose(user, () => {
    redis.disconnect();
  });
  await whenReady(redis);
  return redis;
}

beforeAll(async () => {
  const hash = createHash('sha256').update(PASSWORD).digest('hex');
  const aclFile = join(directory, 'users.acl');
  writeFileSync(aclFile, readFileSync(SHIPPED, 'utf8').replaceAll(/#[A-Z]+_PASSWORD_SHA256/g, `#${hash}`));
  server = await startRedis({ aclFile });
  lifecycle.onClose('server', server.stop);
  [operator, api, worker] = [await connect('operator'), await connect('api'), await connect('worker')];
});

afterEach(async () => {
  await operator.call('ACL', 'LOG', 'RESET');
});

afterAll(async () => {
  await lifecycle.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What was refused to whom since the last test: what a process asks for and does not get shows here alone. */
const refused = async () => operator.call('ACL', 'LOG');

function consume(process: (run: Run) => Promise<void>): void {
  const consumer = openExecutionConsumer({
    redisUrl: urlOf('worker'),
    namespace: 'ci',
    slots: 2,
    process,
    report: ignore,
  });
  lifecycle.onClose('consumer', consumer.close);
  consumer.start();
}

/** Until the run's lock has been prolonged and a sweep has looked for lost ones. */
async function renewalAndSweep(executionId: string): Promise<void> {
  const queueKey = (name: string) => `${keyspace.prefix}:executions:${name}`;
  let shortestMs = Infinity;
  await eventually(async () => {
    const leftMs = await operator.pttl(queueKey(`${executionId}:lock`));
    shortestMs = Math.min(shortestMs, leftMs);
    return leftMs > shortestMs;
  });
  await eventually(() => operator.exists(queueKey('stalled-check')));
}

describe('users: worker', () => {
  it('does all of its work in the queue', async () => {
    const queue = openExecutionQueue({ redisUrl: urlOf('api'), namespace: 'ci' });
    lifecycle.onClose('queue', queue.close);
    const side = await openQueueSide(
      { redisUrl: urlOf('worker'), namespace: 'ci', deployment: undefined },
      lifecycle,
      ignore,
    );
    const cancelled: string[] = [];
    side.subscriber.onCancel((id) => cancelled.push(id));
    const runs: Run[] = [];
    consume(async (run) => {
      runs.push(run);
      const id = run.job.execution_id;
      // Given back once, then run to its end beyond a renewal of its lock and a sweep for lost jobs.
      if (run.attempt === 1) return run.handBack('loss');
      await side.events.append(id, [
        { type: 'output', attempt: 2, output: { type: 'text', stream: 'stdout', text: '' } },
      ]);
      await eventually(() => side.cancels.isRequested(id));
      await side.results.post(aReport({ execution_id: id }));
    });
    const job = aJob();
    await queue.add(job);
    await side.heartbeats.beat(aWorkerStatus());
    await eventually(() => runs.length === 2);
    await eventually(async () => (await side.heartbeats.ids()).length === 1);
    await renewalAndSweep(job.execution_id);
    await createCancels({ redis: api, keyspace }).request(job.execution_id);
    await eventually(() => cancelled.length === 1);
    await eventually(async () => (await side.backlog.size()).reports === 1);
    await side.heartbeats.leave('worker-1');
    await eventually(async () => !(await queue.has(job.execution_id)));
    const told: string[] = [];
    const commands = side.commandsOf('worker-1');
    commands.onWord(() => told.push('drain'));
    await createWorkerCommands({ redis: api, keyspace }).give('worker-1', 'drain');
    await eventually(() => told.includes('drain'));
    expect(await commands.read()).toBe('drain');
    expect(await refused()).toEqual([]);
  });

  it.each([
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'GET', '*'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['MONITOR'],
    ['ACL', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['SHUTDOWN'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['GET', 'of-somebody-else'],
    ['GET', 'ci2:{exec}:deployment'],
    ['HGETALL', keyspace.fairIndex.state],
    ['HGETALL', keyspace.fairIndex.entries],
    ['ZADD', keyspace.fairIndex.inFlight, '1', 'exec_x'],
    ['SORT', `${keyspace.prefix}:executions:wait`],
    ['XRANGE', keyspace.results, '-', '+'],
    ['XREADGROUP', 'GROUP', 'api', 'x', 'STREAMS', keyspace.results, '>'],
    ['XDEL', keyspace.results, '1-1'],
    ['DEL', keyspace.results],
    ['XRANGE', keyspace.events('exec_x'), '-', '+'],
    ['SET', keyspace.cancelMarker('exec_x'), '1'],
    ['PUBLISH', keyspace.channels.cancel, 'exec_x'],
    ['PUBLISH', keyspace.channels.done, 'exec_x'],
    ['PUBLISH', keyspace.channels.workers, 'worker_x'],
    ['SET', `${keyspace.workerCommandPrefix}worker_x`, 'resume'],
    ['SUBSCRIBE', keyspace.channels.events('exec_x')],
    ['PSUBSCRIBE', '*'],
    ['DEL', `${keyspace.failuresPrefix}:127.0.0.1`],
    ['EVAL', "return redis.call('HGETALL', KEYS[1])", '1', keyspace.fairIndex.state],
    ['EVAL', `return redis.call('HGETALL', '${keyspace.fairIndex.state}')`, '0'],
    ['EVAL', "return redis.call('FLUSHALL')", '1', keyspace.workers],
  ])('may not %s %s', async (command, ...args) => {
    await expect(worker.call(command, ...args)).rejects.toThrow(/NOPERM|The user executing the script can't/);
  });
});

describe('users: api', () => {
  it('does all of its work in the queue', async () => {
    const id = anExecutionId();
    const index = createFairIndex({ redis: api, keyspace });
    await index.rebuild([{ organizationId: 'org_x', executionId: id, bytes: 1, inFlight: false }]);
    await index.setSlots(1);
    await index.submit({ organizationId: 'org_x', executionId: anExecutionId(), bytes: 1 });
    await index.giveBack(id);
    await index.finish(id);
    await Promise.all([index.inFlight(), index.depth(), index.hasEpoch()]);
    await createDoneNotifier({ redis: api, keyspace }).announce([id]);
    await createEventWriter({ redis: api, keyspace }).expireSoon([id]);
    await createEventReader({ redis: api, keyspace }).readAfter(id, '0-0');
    await createHeartbeats({ redis: api, keyspace }).list();
    const limiter = createFailureLimiter({ redis: api, keyspace, points: 1, durationSeconds: 10 });
    await limiter.recordFailure('::1');
    expect((await limiter.isBlocked('::1')).blocked).toBe(true);
    const seen: string[] = [];
    const consumer = openResultConsumer({
      redisUrl: urlOf('api'),
      keyspace,
      consumerName: 'api-1',
      onBatch: async (reports) => void seen.push(...reports.map((report) => report.execution_id)),
      report: ignore,
    });
    lifecycle.onClose('results', consumer.close);
    consumer.start();
    const report = aReport();
    await createResultPoster({ redis: worker, keyspace }).post(report);
    await eventually(() => seen.includes(report.execution_id));
    expect(await refused()).toEqual([]);
  });

  it('sends webhooks', async () => {
    const options = { redisUrl: urlOf('api'), namespace: 'ci', report: ignore };
    const queue = openWebhookQueue(options);
    lifecycle.onClose('webhook queue', queue.close);
    const id = WebhookDeliveryId.parse(`msg_${'0'.repeat(20)}`);
    await queue.add([id, id]);
    expect(await queue.waiting()).toBe(1);
    const seen: string[] = [];
    const consumer = openWebhookConsumer({ ...options, concurrency: 1, process: async (of) => void seen.push(of) });
    lifecycle.onClose('webhooks', consumer.close);
    consumer.start();
    await eventually(() => seen.length > 0);
    await eventually(() => operator.exists(`${keyspace.prefix}:webhooks:stalled-check`));
    expect(seen).toEqual([id]);
    expect(await refused()).toEqual([]);
  });

  it('looks at the queues for their board', async () => {
    const { queues, close } = openBoardQueues({ redisUrl: urlOf('api'), namespace: 'ci', report: ignore });
    lifecycle.onClose('board', close);
    for (const queue of queues) {
      const board = new BullMQAdapter(queue, { readOnlyMode: true });
      await Promise.all([board.getJobCounts(), board.isPaused(), board.getGlobalConcurrency(), board.getRedisInfo()]);
      await Promise.all([board.getJobs(board.getJobStatuses(), 0, 10), board.getJobSchedulersCount()]);
    }
    expect(await refused()).toEqual([]);
  });

  it.each([['FLUSHALL'], ['CONFIG', 'GET', '*'], ['KEYS', '*'], ['MONITOR'], ['ACL', 'LIST'], ['GET', 'of-others']])(
    'may not %s %s',
    async (...command) => {
      const [name = '', ...args] = command;
      await expect(api.call(name, ...args)).rejects.toThrow(/NOPERM/);
    },
  );
});

describe('users: anyone else', () => {
  it('is not let in', async () => {
    const stranger = openRedis(server.url, 'command', ignore);
    await expect(whenReady(stranger, 500)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    stranger.disconnect();
  });
});
