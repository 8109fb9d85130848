/** Lua in Redis: sent by its hash, and in full only when the server does not know it yet. */
import { createHash } from 'node:crypto';
import { orUnavailable, type QueueRedis } from './connection.ts';

/**
 * @param lua source of the script
 * @returns a function that runs it in one round trip
 */
export function createScript(redis: QueueRedis, lua: string) {
  const hash = createHash('sha1').update(lua).digest('hex');

  /** @throws AppError QUEUE_UNAVAILABLE */
  return (keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown> =>
    orUnavailable(async () => {
      try {
        return await redis.evalsha(hash, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return redis.eval(lua, keys.length, ...keys, ...args);
      }
    });
}
