/** Which models there are processes for: each api process tells again and again which ones it knows. */
import { z } from 'zod';
import type { QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { createScript } from './script.ts';

/** Above the time that a process takes to be started again. */
const GONE_SECONDS = 60;
/** So long it is known that a model was there. */
const KEPT_SECONDS = 7 * 24 * 3600;

/** KEYS: when each model was last told of, in seconds. ARGV: seconds that this is kept, then models. */
const TELL = `
local now = redis.call('TIME')[1]
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[at]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
`;

/** ARGV: seconds after which a model is gone. Answers those that are there, and those that are gone. */
const READ = `
local since = redis.call('TIME')[1] - ARGV[1]
return {
  redis.call('ZRANGEBYSCORE', KEYS[1], since, '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. since),
}
`;

const Found = z.tuple([z.array(z.string()), z.array(z.string())]);

export type KnownModels = {
  /** Told of within the last minute. */
  readonly there: readonly string[];
  /** Told of before, within a week, and no more: no process knows them now. */
  readonly gone: readonly string[];
};

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'knownModels'> };

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createKnownModels({ redis, keyspace }: Deps) {
  const tell = createScript(redis, TELL);
  const read = createScript(redis, READ);
  return {
    async tell(names: readonly string[]): Promise<void> {
      await tell([keyspace.knownModels], [KEPT_SECONDS, ...names]);
    },

    async read(): Promise<KnownModels> {
      const [there, gone] = Found.parse(await read([keyspace.knownModels], [GONE_SECONDS]));
      return { there, gone };
    },
  };
}
