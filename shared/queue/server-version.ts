/** Which Redis it is. */
import { orUnavailable, type QueueRedis } from './connection.ts';

/** @throws AppError QUEUE_UNAVAILABLE */
export async function readServerVersion(redis: QueueRedis): Promise<string> {
  const info = await orUnavailable(() => redis.info('server'));
  return /^(?:redis|valkey)_version:(\S+)/m.exec(info)?.[1] ?? 'not known';
}
