/** Lets operators in: with the operators' token, or logged in, within what their role may do. Denied attempts are written down. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ACCOUNT_ROLES, type AccountRole } from '../../shared/contracts/account.ts';
import type { Actor, Attempt } from '../../shared/contracts/audit.ts';
import { AppError, type ErrorCode } from '../../shared/contracts/errors.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import type { Audit } from './audit.ts';
import { networkOf } from './networks.ts';
import type { LiveSession, Sessions } from './sessions.ts';

export type OperatorAdmissionDeps = {
  /** Undefined: there are no calls for operators. */
  readonly adminToken: string | undefined;
  readonly sessions: Pick<Sessions, 'find' | 'roleOf'>;
  readonly failures: {
    isBlocked(network: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
    recordFailure(network: string): Promise<void>;
  };
  readonly audit: Pick<Audit, 'recordDenied'>;
};

/** What a request of an operator brings along. */
export type OperatorCredentials = {
  readonly token: string | undefined;
  /** What the session's cookie holds; it counts only where there is no token. */
  readonly sessionSecret?: string | undefined;
  /** The header `x-csrf-token`. */
  readonly csrfToken?: string | undefined;
  /** The header `sec-fetch-site`, which browsers alone can set. */
  readonly fetchSite?: string | undefined;
};

export type AdmittedOperator = {
  readonly actor: Pick<Actor, 'type' | 'id'>;
  readonly role: AccountRole;
  readonly session: { readonly secret: string; readonly accountId: AccountId } | undefined;
};

const READING = new Set(['GET', 'HEAD']);
const BY_TOKEN: AdmittedOperator = { actor: { type: 'operator', id: null }, role: 'admin', session: undefined };

export function createOperatorAdmission({ adminToken, sessions, failures, audit }: OperatorAdmissionDeps) {
  async function deny(actor: AdmittedOperator['actor'], attempt: Attempt, error: AppError): Promise<never> {
    const { address, requestId, method, route, targetId } = attempt;
    const details: { method: string; route: string; code: ErrorCode } = { method, route, code: error.code };
    await audit.recordDenied({ actor: { ...actor, address }, requestId, action: 'operator.access', targetId, details });
    throw error;
  }

  /** An address that failed too often is told so and not written down any more. */
  async function byToken(token: string | undefined, attempt: Attempt): Promise<AdmittedOperator> {
    if (adminToken !== undefined && token !== undefined && isSame(token, adminToken)) return BY_TOKEN;
    const message = 'The operators’ token is needed: "Authorization: Bearer …"; or log in.';
    // A page that is open while its session goes asks on: that is no attempt to guess a token.
    if (token === undefined && READING.has(attempt.method)) throw new AppError('INVALID_ADMIN_TOKEN', message);
    const network = networkOf(attempt.address);
    const { blocked, retryAfterSeconds } = await failures.isBlocked(network);
    if (blocked) {
      throw new AppError('RATE_LIMITED', 'Too many requests with invalid tokens came from your address.', {
        retryAfterSeconds,
      });
    }
    await failures.recordFailure(network);
    return deny({ type: 'unknown', id: null }, attempt, new AppError('INVALID_ADMIN_TOKEN', message));
  }

  async function bySession(secret: string, given: OperatorCredentials, attempt: Attempt): Promise<AdmittedOperator> {
    const session = await sessions.find(secret);
    if (session === undefined) throw new AppError('SESSION_ENDED', 'The session has ended: log in again.');
    const actor = { type: 'account', id: session.accountId } as const;
    const message = refusalOf(session, given, READING.has(attempt.method));
    if (message !== undefined) await deny(actor, attempt, new AppError('CSRF_TOKEN_INVALID', message));
    return { actor, role: session.role, session: { secret, accountId: session.accountId } };
  }

  return {
    /**
     * @param role the least that the caller must be
     * @throws AppError INVALID_ADMIN_TOKEN, SESSION_ENDED, CSRF_TOKEN_INVALID, INSUFFICIENT_PERMISSIONS, RATE_LIMITED
     */
    async admitOperator(given: OperatorCredentials, attempt: Attempt, role: AccountRole): Promise<AdmittedOperator> {
      const { token, sessionSecret } = given;
      const operator =
        token === undefined && sessionSecret !== undefined
          ? await bySession(sessionSecret, given, attempt)
          : await byToken(token, attempt);
      if (rankOf(operator.role) >= rankOf(role)) return operator;
      const message = `This call needs an account with the role "${role}"; yours is "${operator.role}".`;
      return deny(operator.actor, attempt, new AppError('INSUFFICIENT_PERMISSIONS', message, { details: { role } }));
    },

    /** Whether who was let in would be let in now. @throws AppError DATABASE_UNAVAILABLE */
    async isStillAdmitted({ session }: AdmittedOperator, role: AccountRole): Promise<boolean> {
      if (session === undefined) return true; // the token stays for as long as the process lives
      const roleNow = await sessions.roleOf(session.secret);
      return roleNow !== undefined && rankOf(roleNow) >= rankOf(role);
    },
  };
}

export type OperatorAdmission = ReturnType<typeof createOperatorAdmission>;

/**
 * Why it is not taken for a request of the service's own page, which knows the session's token where it changes something,
 * and of which no browser says that another site asked.
 * OWASP Cross-Site Request Forgery Prevention Cheat Sheet: synchronizer token, and fetch metadata.
 */
function refusalOf({ csrfToken }: LiveSession, given: OperatorCredentials, isReading: boolean): string | undefined {
  if (isFromElsewhere(given.fetchSite)) return 'Another site asked for this.';
  if (isReading || (given.csrfToken !== undefined && isSame(given.csrfToken, csrfToken))) return undefined;
  return 'The session’s token is missing or wrong: send it as "x-csrf-token".';
}

/** @param fetchSite undefined for what is no browser, or an old one */
export function isFromElsewhere(fetchSite: string | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}

function rankOf(role: AccountRole): number {
  return ACCOUNT_ROLES.indexOf(role);
}

/** Digests have one length, and comparing them takes one time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
