/** What BullMQ's workers have in common here: how they wait, what they keep, and how they leave. */
import type { Worker } from 'bullmq';
import { within } from '../platform/deadline.ts';
import { redisOptions } from './connection.ts';
import { createKeyspace } from './keyspace.ts';

/** Longest wait for a job in one blocking read; also how long `pause` may go unnoticed by it. */
const READ_SECONDS = 1;
const RETRY_MS = 500;
/** Never reached: lost runs are told by who takes the job, or by its row, so that no job ends unheard. */
const STALLED_MAX = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

export function bullWorkerOptions({ redisUrl, namespace }: { readonly redisUrl: string; readonly namespace: string }) {
  return {
    connection: redisOptions(redisUrl, 'blocking'),
    prefix: createKeyspace(namespace).prefix,
    autorun: false,
    maxStalledCount: STALLED_MAX,
    drainDelay: READ_SECONDS,
    runRetryDelay: RETRY_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
}

/** Takes nothing any more, waits for what is under way as long as it takes, and leaves Redis, also when that is away. */
export async function closeBullWorker(worker: Worker, underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
  await worker.pause(true);
  await Promise.all(underWay);
  await within(CLOSE_TIMEOUT_MS, worker.close()).catch(() => breakOff(worker));
}

/** The way out when BullMQ's closing hangs: on a connection that does not answer, or on one that never came about. */
async function breakOff(worker: Worker): Promise<void> {
  worker.disconnect().catch(() => undefined); // settles only for a connection that exists
  await within(CLOSE_TIMEOUT_MS, worker.getBackend().close(true)).catch(() => undefined);
}
