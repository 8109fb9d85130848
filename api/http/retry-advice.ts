/**
 * Whether a client that was refused does well to send the same again by itself: `x-should-retry`, which some client
 * libraries obey before their own rules. Pure.
 */
import { ERROR_STATUS, type ErrorCode } from '../../shared/contracts/errors.ts';

/** Nothing was taken in, and soon it may be. */
const PASSING = new Set<ErrorCode>([
  'REQUEST_TIMEOUT',
  'RATE_LIMITED',
  'REQUESTS_PER_MINUTE_EXCEEDED',
  'QUEUE_FULL',
  'TOO_MANY_RESPONSES',
  'TOO_MANY_STREAMS',
  'FILE_STORAGE_UNAVAILABLE',
  'NO_WORKER',
  'SHUTTING_DOWN',
]);
/** Something may have been taken in, and may run: the answer to that was lost. */
const UNCERTAIN = new Set<ErrorCode>(['QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'INTERNAL']);

export type Refused = {
  readonly method: string;
  /** Whether the request has an idempotency key: whatever it asks for runs once. */
  readonly hasKey: boolean;
};

/** @returns undefined for what no client would send again */
export function retryAdvice(code: ErrorCode, { method, hasKey }: Refused): boolean | undefined {
  if (PASSING.has(code)) return true;
  if (UNCERTAIN.has(code)) return method !== 'POST' || (hasKey && code !== 'INTERNAL');
  const status = ERROR_STATUS[code];
  return status === 409 || status === 429 || status >= 500 ? false : undefined;
}
