/**
 * How many requests an organization may still send: two token buckets in Redis, one for a minute and one for a day,
 * shared by all api processes. A full bucket holds the whole quota, so a burst of that size passes; it fills up again
 * evenly. A request takes from both or, where one of them is empty, from none.
 */
import { z } from 'zod';
import type { QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { createScript } from './script.ts';

export type RequestQuotas = {
  /** Null: no bound. */
  readonly perMinute: number | null;
  readonly perDay: number | null;
};

/** One bucket after the request. */
export type BucketState = {
  readonly kind: 'minute' | 'day';
  /** Whether it had nothing for the request. */
  readonly empty: boolean;
  readonly capacity: number;
  /** Requests left, with what is on its way to the next. */
  readonly tokens: number;
};

export type RequestBucketsDeps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'requestsPrefix'> };

export const BUCKET_MS = { minute: 60_000, day: 86_400_000 } as const;

/**
 * KEYS: the organization's buckets. ARGV: for each bucket its name, requests and milliseconds. Answers 1 when a request
 * was taken, then the tokens of each. Rounding may leave a whole token short by a little. A key that is gone is a full
 * bucket: it lives until then.
 */
const TAKE = `
local ROUNDING = 1e-9
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local buckets, taken = {}, 1
for at = 1, #ARGV, 3 do
  local name, capacity, window_ms = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local known = redis.call('HMGET', KEYS[1], name, name .. '_at_ms')
  local passed_ms = math.max(now_ms - (tonumber(known[2]) or now_ms), 0)
  local tokens = math.min(capacity, (tonumber(known[1]) or capacity) + passed_ms * capacity / window_ms)
  if tokens + ROUNDING < 1 then taken = 0 end
  buckets[#buckets + 1] = { name = name, capacity = capacity, window_ms = window_ms, tokens = tokens }
end
local answer, full_ms = { tostring(taken) }, 1
for _, bucket in ipairs(buckets) do
  local left = math.max(bucket.tokens - taken, 0)
  answer[#answer + 1] = string.format('%.17g', left)
  if taken == 1 then
    redis.call('HSET', KEYS[1], bucket.name, answer[#answer], bucket.name .. '_at_ms', now_ms)
    full_ms = math.max(full_ms, math.ceil((bucket.capacity - left) * bucket.window_ms / bucket.capacity))
  end
end
if taken == 1 then redis.call('PEXPIRE', KEYS[1], full_ms) end
return answer
`;

const Texts = z.array(z.string());

export function createRequestBuckets({ redis, keyspace }: RequestBucketsDeps) {
  const run = createScript(redis, TAKE);
  return {
    /**
     * Takes one request from every bucket that there is, unless one is empty. Without a quota Redis is not asked.
     * @throws AppError QUEUE_UNAVAILABLE when Redis is away
     */
    async take(organizationId: string, { perMinute, perDay }: RequestQuotas): Promise<BucketState[]> {
      const asked = [
        ...(perMinute === null ? [] : [{ kind: 'minute', capacity: perMinute } as const]),
        ...(perDay === null ? [] : [{ kind: 'day', capacity: perDay } as const]),
      ];
      if (asked.length === 0) return [];
      const args = asked.flatMap(({ kind, capacity }) => [kind, capacity, BUCKET_MS[kind]]);
      const [taken, ...tokens] = Texts.parse(await run([`${keyspace.requestsPrefix}${organizationId}`], args));
      return asked.map((bucket, at) => {
        const left = Number(tokens[at]);
        return { ...bucket, tokens: left, empty: taken === '0' && left < 1 };
      });
    },
  };
}

export type RequestBuckets = ReturnType<typeof createRequestBuckets>;
