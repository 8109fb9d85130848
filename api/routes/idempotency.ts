/** The idempotency key of a request for a response, and how its answer tells that it was used before. */
import { idempotencyKeyOf } from '../http/preferences.ts';
import type { Headers } from '../http/define-route.ts';
import { bodyDigest, type Idempotency } from '../services/body-digest.ts';

export const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  description: 'Equal requests with the same key make one response; kept for 24 hours.',
} as const;

type Asked = {
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  /** As it was parsed. */
  readonly body: unknown;
};

/** @throws AppError VALIDATION_ERROR */
export function idempotencyOf({ path, header, body }: Asked): Idempotency | undefined {
  const key = idempotencyKeyOf(header('idempotency-key'));
  return key === undefined ? undefined : { method: 'POST', path, key, digest: bodyDigest(body) };
}

export function replayedHeaders(replayed: boolean): Headers {
  return replayed ? { 'idempotency-replayed': 'true' } : {};
}
