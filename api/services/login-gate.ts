/**
 * Lets passwords be compared: a few at a time, because each costs memory and a thread, and none for whom too many have
 * failed. One who guesses locks nobody else out: failures count by network, and by network and name.
 */
import { AppError } from '../../shared/contracts/errors.ts';
import { LOGINS_AT_ONCE_MAX, LOGINS_WAITING_MAX } from '../../shared/contracts/limits.ts';
import { createSeats } from './seats.ts';
import { createTurns } from './turns.ts';

export type Failures = {
  isBlocked(whom: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
  recordFailure(whom: string): Promise<void>;
};

export type LoginGateDeps = {
  /** By network. */
  readonly failures: Pick<Failures, 'isBlocked'>;
  /** By network and name. */
  readonly failedLogins: Pick<Failures, 'isBlocked'>;
};

const RETRY_AFTER_SECONDS = 2;

export function createLoginGate({ failures, failedLogins }: LoginGateDeps) {
  const seats = createSeats(LOGINS_AT_ONCE_MAX + LOGINS_WAITING_MAX);
  const inTurn = createTurns(LOGINS_AT_ONCE_MAX);

  async function assertNotBlocked(network: string, whom: string): Promise<void> {
    const blocks = await Promise.all([failures.isBlocked(network), failedLogins.isBlocked(whom)]);
    const retryAfterSeconds = Math.max(
      0,
      ...blocks.filter(({ blocked }) => blocked).map((one) => one.retryAfterSeconds),
    );
    if (retryAfterSeconds === 0) return;
    throw new AppError('RATE_LIMITED', 'Too many log-ins have failed; wait a while.', { retryAfterSeconds });
  }

  /**
   * Compares a password, and writes a failure down, within `work`.
   * @throws AppError RATE_LIMITED, and what `work` throws
   */
  return async function guarded<T>(network: string, whom: string, work: () => Promise<T>): Promise<T> {
    await assertNotBlocked(network, whom);
    const leave = seats.enter();
    if (leave === undefined) throw tooManyLogins();
    return inTurn(async () => {
      // Again: what came at the same moment has failed meanwhile, and counts.
      await assertNotBlocked(network, whom);
      return work();
    }).finally(leave);
  };
}

function tooManyLogins(): AppError {
  const message = 'Too many log-ins are under way; try again in a moment.';
  return new AppError('RATE_LIMITED', message, {
    details: { limit: LOGINS_WAITING_MAX },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
