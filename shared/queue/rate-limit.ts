/** Counts failed keys by address, over all api processes. */
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import type { QueueRedis } from './connection.ts';
import { within } from '../platform/deadline.ts';
import type { Keyspace } from './keyspace.ts';

/** Checked before every request, so a Redis that is away may not cost much of the time that an answer may take. */
const CALL_TIMEOUT_MS = 250;

export type FailureLimiterOptions = {
  /** Of role `command`. */
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'failuresPrefix'>;
  /** Failures that an address is granted … */
  readonly points: number;
  /** … in this time, which begins with the first one. */
  readonly durationSeconds: number;
};

export type Block = { readonly blocked: boolean; readonly retryAfterSeconds: number };

const FREE: Block = { blocked: false, retryAfterSeconds: 0 };

/** Never rejects: while Redis is away each process counts for itself. */
export function createFailureLimiter({ redis, keyspace, points, durationSeconds }: FailureLimiterOptions) {
  const own = new RateLimiterMemory({ points, duration: durationSeconds });
  const common = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: keyspace.failuresPrefix,
    points,
    duration: durationSeconds,
    rejectIfRedisNotReady: true,
  });
  const blockOf = (state: RateLimiterRes | null): Block =>
    state === null || state.consumedPoints < points
      ? FREE
      : { blocked: true, retryAfterSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)) };

  return {
    /** Whether the address has used its failures up, and for how many whole seconds that lasts. */
    async isBlocked(address: string): Promise<Block> {
      const local = blockOf(await own.get(address));
      if (local.blocked) return local;
      return within(CALL_TIMEOUT_MS, common.get(address)).then(blockOf, () => FREE);
    },
    async recordFailure(address: string): Promise<void> {
      await within(CALL_TIMEOUT_MS, common.penalty(address)).catch(() => own.penalty(address));
    },
  };
}
