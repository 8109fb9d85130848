/** When a delivery that failed is tried again. Pure. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** After the first failed attempt, the second …; the last goes on. */
const DELAYS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  1 * HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
] as const;
const DELAY_MS_MAX = 4 * HOUR_MS;

/** Up to this part is added to a delay or taken away: what failed together does not come back together. */
const JITTER = 0.1;

export type FailedAttempt = {
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  readonly nowMs: number;
  /** No attempt begins after it. */
  readonly retryUntilMs: number;
  /** What the receiver asked for, if it did: it can only make the wait longer. */
  readonly retryAfterMs: number | null;
  /** From 0 to 1. */
  readonly random: number;
};

/** The time of the next attempt in milliseconds since 1970; null when it was the last. */
export function nextAttemptMs({ attempt, nowMs, retryUntilMs, retryAfterMs, random }: FailedAttempt): number | null {
  const delayMs = (DELAYS_MS[attempt - 1] ?? DELAY_MS_MAX) * (1 + JITTER * (2 * random - 1));
  const askedMs = Math.min(retryAfterMs ?? 0, DELAY_MS_MAX);
  const atMs = nowMs + Math.max(delayMs, askedMs);
  return atMs <= retryUntilMs ? atMs : null;
}
