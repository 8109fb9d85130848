/** What every live worker last said of itself. */
import { z } from 'zod';
import { WorkerStatus } from '../contracts/worker-status.ts';
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';
import { createScript } from './script.ts';

/** A worker that says nothing for this long counts as gone: a few heartbeats. */
const ALIVE_MS = 5_000;

/** KEYS: set of ids. ARGV: prefix of a worker's key. Forgets ids whose heartbeat has expired. */
const LIST = `
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local status = redis.call('GET', ARGV[1] .. id)
  if status then found[#found + 1] = status else redis.call('SREM', KEYS[1], id) end
end
return found
`;

const Texts = z.array(z.string());
const Named = z.object({ worker_id: z.string() });

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'workers' | 'workerPrefix'> };

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createHeartbeats({ redis, keyspace: { workers, workerPrefix } }: Deps) {
  const list = createScript(redis, LIST);
  return {
    /** Keeps the worker listed for 5 s from now, in one round trip. */
    async beat(status: WorkerStatus): Promise<void> {
      const { worker_id: id } = status;
      const commands = redis
        .pipeline()
        .set(workerPrefix + id, JSON.stringify(status), 'PX', ALIVE_MS)
        .sadd(workers, id);
      await orUnavailable(() => settle(commands.exec()));
    },
    /** The worker ends; it is no longer listed. */
    async leave(workerId: string): Promise<void> {
      await orUnavailable(() => redis.unlink(workerPrefix + workerId));
    },
    /** Ids of all live workers, also of ones of another version. */
    async ids(): Promise<string[]> {
      const texts = Texts.parse(await list([workers], [workerPrefix]));
      return texts.flatMap((text) => Named.safeParse(JSON.parse(text)).data?.worker_id ?? []);
    },
    /** Live workers, by id; ones of a version that this one does not understand are left out. */
    async list(): Promise<WorkerStatus[]> {
      const texts = Texts.parse(await list([workers], [workerPrefix]));
      return texts
        .flatMap((text) => WorkerStatus.safeParse(JSON.parse(text)).data ?? [])
        .sort((one, other) => (one.worker_id < other.worker_id ? -1 : 1));
    },
  };
}

export type Heartbeats = ReturnType<typeof createHeartbeats>;
