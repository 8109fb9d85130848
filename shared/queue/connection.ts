/** Connections to Redis, and the one error that a caller sees when Redis is away. */
import { Redis } from 'ioredis';
import { AppError } from '../contracts/errors.ts';
import { within } from '../platform/deadline.ts';

export type QueueRedis = Redis;

/**
 * `command`: fails at once while Redis is down and after a second while it is frozen; for everything that a caller waits for.
 * `blocking`: waits for Redis as long as it takes; for blocking reads, subscriptions and what must arrive in the end.
 */
export type ConnectionRole = 'command' | 'blocking';

const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** How long a closed connection may keep the process alive. */
const DISCONNECT_TIMEOUT_MS = 200;
const RECONNECT_MS_MIN = 50;
const RECONNECT_MS_MAX = 1_000;
const RETRY_AFTER_SECONDS = 1;

/** Redis answers, but cannot serve now: it loads its data, its disk or memory is full, it became a replica. */
const UNAVAILABLE_REPLY =
  /^(NOAUTH|WRONGPASS|NOPERM|LOADING|BUSY|MISCONF|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|UNBLOCKED) /;
const UNAVAILABLE_MESSAGE =
  /Connection is closed|Command aborted|enableOfflineQueue|Command timed out|max retries per request|Stream connection ended|Socket closed/i;
const UNAVAILABLE_CODE = /^(ECONN|EHOST|ENET|EADDR|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)/;

/** Waiting time before the `attempt`-th try to connect again. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(RECONNECT_MS_MIN * 2 ** Math.min(attempt, 16), RECONNECT_MS_MAX);
}

/**
 * @param url `redis[s]://[user:password@]host[:port][/database]`
 * @throws TypeError when `url` is no URL, Error when it is none of Redis
 */
export function redisOptions(url: string, role: ConnectionRole) {
  return {
    ...serverOf(url),
    // Replies have one shape with every server, and scores come flat.
    protocol: 2 as const,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelayMs,
    ...(role === 'command'
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS }
      : { maxRetriesPerRequest: null, autoResubscribe: false }),
  };
}

/**
 * Begins to connect and returns at once; `whenReady` waits for it. Reconnects by itself until `disconnect()`.
 * @param report told of every failed connection
 */
export function openRedis(url: string, role: ConnectionRole, report: (error: unknown) => void): QueueRedis {
  const redis = new Redis(redisOptions(url, role));
  redis.on('error', report);
  return redis;
}

/**
 * Waits for a connection that has just been opened.
 * @throws AppError QUEUE_UNAVAILABLE when it is not ready in time
 */
export async function whenReady(redis: QueueRedis, timeoutMs = COMMAND_TIMEOUT_MS): Promise<void> {
  if (redis.status === 'ready') return;
  let listener = () => {};
  const ready = new Promise<void>((resolve) => {
    listener = resolve;
    redis.once('ready', listener);
  });
  await orUnavailable(() => within(timeoutMs, ready)).finally(() => redis.off('ready', listener));
}

/**
 * Whether Redis answers; for readiness.
 * @throws AppError QUEUE_UNAVAILABLE
 */
export async function pingRedis(redis: QueueRedis): Promise<void> {
  await orUnavailable(() => within(COMMAND_TIMEOUT_MS, redis.ping()));
}

/**
 * Passes the outcome of `work` on, but every failure to reach Redis becomes one error. The failure is ambiguous:
 * a command that timed out may still be carried out.
 * @throws AppError QUEUE_UNAVAILABLE with `retryAfterSeconds`; other errors as they are
 */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new AppError('QUEUE_UNAVAILABLE', 'The queue is not available at the moment. Try again shortly.', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    UNAVAILABLE_CODE.test(code) || UNAVAILABLE_REPLY.test(error.message) || UNAVAILABLE_MESSAGE.test(error.message)
  );
}

function serverOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') throw new Error('a Redis URL begins with redis:// or rediss://');
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1)),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
