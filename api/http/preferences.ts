/** What clients wish for in headers: waiting, streaming, idempotency. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { IDEMPOTENCY_KEY_CHARACTERS_MAX, WAIT_SECONDS_MAX } from '../../shared/contracts/limits.ts';

/** Seconds of `Prefer: wait=N` (RFC 7240), cut to what the service grants; one it does not understand is no wish. */
export function preferredWaitSeconds(header: string | undefined): number | undefined {
  const preferences = (header ?? '')
    .split(',')
    .map((preference) => /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference));
  const seconds = preferences.find((match) => match !== null)?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), WAIT_SECONDS_MAX);
}

/** Whether the client would rather have server-sent events than JSON. */
export function wantsEvents(accept: string | undefined): boolean {
  return /(?:^|,)\s*text\/event-stream\s*(?:;|,|$)/i.test(accept ?? '');
}

const KEY_SHAPE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** @throws AppError VALIDATION_ERROR */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header.length <= IDEMPOTENCY_KEY_CHARACTERS_MAX && KEY_SHAPE.test(header)) return header;
  throw new AppError(
    'VALIDATION_ERROR',
    `Idempotency-Key: must have 1 to ${String(IDEMPOTENCY_KEY_CHARACTERS_MAX)} printable ASCII characters.`,
    { param: 'Idempotency-Key' },
  );
}

/** The key of a request, from either header; `Authorization` counts when both are there. */
export function apiKeyOf(authorization: string | undefined, xApiKey: string | undefined): string | undefined {
  if (authorization === undefined) return xApiKey;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}
