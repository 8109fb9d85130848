/** A worker process that takes a job, tells its id, and never ends it. */
import { openExecutionConsumer } from '../../../shared/queue/execution-consumer.ts';

const [, , redisUrl = ''] = process.argv;

openExecutionConsumer({
  redisUrl,
  namespace: 'ci',
  slots: 1,
  process: ({ job }) => {
    process.stdout.write(`${job.execution_id}\n`);
    return new Promise(() => {});
  },
  report: () => {},
}).start();
