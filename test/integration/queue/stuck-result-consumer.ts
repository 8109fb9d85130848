/** An api process that takes reports and never ends with them. */
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { openResultConsumer } from '../../../shared/queue/results.ts';

const [, , redisUrl = ''] = process.argv;

openResultConsumer({
  redisUrl,
  keyspace: createKeyspace('ci'),
  consumerName: 'api-stuck',
  onBatch: () => {
    process.stdout.write('stuck\n');
    return new Promise(() => {});
  },
  report: () => {},
}).start();
