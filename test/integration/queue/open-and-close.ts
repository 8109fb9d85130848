/** A process that opens everything of the queue, uses it, closes it, and must then end by itself. */
import { openRedis, whenReady } from '../../../shared/queue/connection.ts';
import { openExecutionConsumer } from '../../../shared/queue/execution-consumer.ts';
import { openExecutionQueue } from '../../../shared/queue/execution-queue.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { openSubscriber } from '../../../shared/queue/live-events.ts';
import { createFailureLimiter } from '../../../shared/queue/rate-limit.ts';
import { openResultConsumer } from '../../../shared/queue/results.ts';
import type { ExecutionJob } from '../../../shared/contracts/job.ts';
import { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { eventually } from '../../helpers/eventually.ts';

const [, , redisUrl = ''] = process.argv;
const report = () => {};
const keyspace = createKeyspace('closing');
const redis = openRedis(redisUrl, 'command', report);
await whenReady(redis);

let ran = false;
const queue = openExecutionQueue({ redisUrl, namespace: 'closing' });
const consumer = openExecutionConsumer({
  redisUrl,
  namespace: 'closing',
  slots: 2,
  report,
  process: async () => {
    ran = true;
  },
});
const results = openResultConsumer({ redisUrl, keyspace, consumerName: 'api-1', onBatch: async () => {}, report });
const subscriber = openSubscriber({ redisUrl, keyspace, report });
const limiter = createFailureLimiter({ redis, keyspace, points: 3, durationSeconds: 60 });

consumer.start();
results.start();
await subscriber.onEvents('e1', report);
await limiter.recordFailure('10.0.0.1');
const job: ExecutionJob = {
  version: 1,
  execution_id: ExecutionId.parse(newId('exec')),
  organization_id: OrganizationId.parse(newId('org')),
  generation: 1,
  code: '',
  stdin: '',
  timeout_ms: 1,
  memory_mb: 1,
  isolation: 'fresh',
  created_at_ms: 0,
};
await queue.add(job);
await eventually(() => ran);
await eventually(async () => (await redis.xlen(keyspace.results)) === 0);

for (const close of [consumer.close, results.close, subscriber.close, queue.close]) await close();
redis.disconnect();
const closedMs = performance.now();
process.stdout.write('closed\n');
process.on('exit', () => {
  process.stdout.write(`ended after ${String(Math.round(performance.now() - closedMs))} ms\n`);
});
