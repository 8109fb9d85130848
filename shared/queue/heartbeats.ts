/** What every live worker last said of itself. */
import { z } from 'zod';
import { WorkerStatus } from '../contracts/worker-status.ts';
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';
import { createScript } from './script.ts';

/** A worker that says nothing for this long counts as gone: a few heartbeats. */
const ALIVE_MS = 5_000;
/** For how long operators see one that is gone and did not say that it ends. */
const SEEN_MS = 15 * 60_000;

/**
 * KEYS: set of ids. ARGV: prefix of a worker's key. Answers each heartbeat and how long it still counts, in ms, and
 * forgets ids whose heartbeat has expired.
 */
const LIST = `
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local status = redis.call('GET', ARGV[1] .. id)
  if status then
    found[#found + 1] = status
    found[#found + 1] = tostring(redis.call('PTTL', ARGV[1] .. id))
  else
    redis.call('SREM', KEYS[1], id)
  end
end
return found
`;

const Texts = z.array(z.string());
const Named = z.object({ worker_id: z.string() });

type Beat = { readonly text: string; readonly ageMs: number };
export type HeardWorker = { readonly status: WorkerStatus; readonly ageMs: number };

type Deps = {
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'workers' | 'workerPrefix' | 'seenWorkers' | 'seenWorkerPrefix'>;
};

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createHeartbeats({ redis, keyspace }: Deps) {
  const list = createScript(redis, LIST);
  const { workers, workerPrefix, seenWorkers, seenWorkerPrefix } = keyspace;
  const alive = { ids: workers, prefix: workerPrefix, keptMs: ALIVE_MS };
  const seen = { ids: seenWorkers, prefix: seenWorkerPrefix, keptMs: SEEN_MS };

  async function beats({ ids, prefix, keptMs }: typeof alive): Promise<Beat[]> {
    const flat = Texts.parse(await list([ids], [prefix]));
    return flat.flatMap((text, at) => (at % 2 === 0 ? [{ text, ageMs: keptMs - Number(flat[at + 1]) }] : []));
  }

  async function workersIn(kept: typeof alive): Promise<HeardWorker[]> {
    return (await beats(kept))
      .flatMap(({ text, ageMs }) => {
        const status = WorkerStatus.safeParse(JSON.parse(text)).data;
        return status === undefined ? [] : [{ status, ageMs }];
      })
      .sort((one, other) => (one.status.worker_id < other.status.worker_id ? -1 : 1));
  }

  return {
    /** Keeps the worker listed for 5 s from now, in one round trip. */
    async beat(status: WorkerStatus): Promise<void> {
      const { worker_id: id } = status;
      const commands = redis
        .pipeline()
        .set(workerPrefix + id, JSON.stringify(status), 'PX', ALIVE_MS)
        .sadd(workers, id)
        .set(seenWorkerPrefix + id, JSON.stringify(withoutPackages(status)), 'PX', SEEN_MS)
        .sadd(seenWorkers, id);
      await orUnavailable(() => settle(commands.exec()));
    },
    /** The worker ends; it is no longer listed. */
    async leave(workerId: string): Promise<void> {
      await orUnavailable(() => redis.unlink(workerPrefix + workerId, seenWorkerPrefix + workerId));
    },
    /** Ids of all live workers, also of ones of another version. */
    async ids(): Promise<string[]> {
      return (await beats(alive)).flatMap(({ text }) => Named.safeParse(JSON.parse(text)).data?.worker_id ?? []);
    },
    /** Live workers, by id; ones of a version that this one does not understand are left out. */
    async list(): Promise<WorkerStatus[]> {
      return (await workersIn(alive)).map(({ status }) => status);
    },
    /** Like `list`, and how long ago each was heard of, by the clock of Redis. */
    heard: () => workersIn(alive),
    /** Workers that are gone and did not say that they end, for 15 minutes. */
    async lost(): Promise<HeardWorker[]> {
      return (await workersIn(seen)).filter(({ ageMs }) => ageMs >= ALIVE_MS);
    },
  };
}

export type Heartbeats = ReturnType<typeof createHeartbeats>;

/** The list is long, and the same for all. */
function withoutPackages({ packages, ...status }: WorkerStatus): WorkerStatus {
  return { ...status, packages: packages && { python: packages.python, packages: [] } };
}
