/** The BullMQ queues themselves, for a board that only looks at them. */
import { Queue } from 'bullmq';
import { redisOptions } from './connection.ts';
import { createKeyspace, EXECUTIONS_QUEUE, WEBHOOKS_QUEUE } from './keyspace.ts';

export type BoardQueuesOptions = {
  readonly redisUrl: string;
  readonly namespace: string;
  /** Told of every failed connection. */
  readonly report: (error: unknown) => void;
};

export function openBoardQueues({ redisUrl, namespace, report }: BoardQueuesOptions) {
  const { prefix } = createKeyspace(namespace);
  const queues = [EXECUTIONS_QUEUE, WEBHOOKS_QUEUE].map((name) => {
    const connection = { ...redisOptions(redisUrl, 'command'), skipVersionCheck: true };
    const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });
    queue.on('error', report);
    return queue;
  });
  return {
    queues,
    /** Breaks the connections off; at once also when Redis is away, where BullMQ's own closing hangs. */
    async close(): Promise<void> {
      await Promise.all(queues.map((queue) => queue.getBackend().close(true)));
    },
  };
}
