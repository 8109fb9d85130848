/** A BullMQ queue as the service uses it: nothing is kept of a job that ended, and no call outlasts an outage. */
import { Queue } from 'bullmq';
import { within } from '../platform/deadline.ts';
import { orUnavailable, redisOptions } from './connection.ts';
import { createKeyspace } from './keyspace.ts';

export type BullQueueOptions = {
  /** Its keys are `<prefix>:<name>:*`. */
  readonly name: string;
  readonly redisUrl: string;
  readonly namespace: string;
  /** Told of every failed connection. */
  readonly report: (error: unknown) => void;
};

/** Longer than a command's own time-out: it also covers waiting for a connection that was never there. */
const CALL_TIMEOUT_MS = 1_200;
/** BullMQ's stream of its own events, which nobody here reads. */
const BULLMQ_EVENTS_MAX = 100;

export function openBullQueue({ name, redisUrl, namespace, report }: BullQueueOptions) {
  const queue = new Queue(name, {
    // Without the version check, whose time-out at a frozen Redis would make this queue useless for good.
    connection: { ...redisOptions(redisUrl, 'command'), skipVersionCheck: true },
    prefix: createKeyspace(namespace).prefix,
    defaultJobOptions: { attempts: 1, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
    streams: { events: { maxLen: BULLMQ_EVENTS_MAX } },
  });
  queue.on('error', report);
  return {
    /** @throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same */
    call: <T>(ask: (queue: Queue) => Promise<T>): Promise<T> =>
      orUnavailable(() => within(CALL_TIMEOUT_MS, ask(queue))),

    /** Breaks the connection off; at once also when Redis is away, where BullMQ's own closing hangs. */
    async close(): Promise<void> {
      await queue.getBackend().close(true);
    },
  };
}
