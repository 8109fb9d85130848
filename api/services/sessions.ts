/** Sessions of operators' browsers: begun by a log-in, carried by a cookie, ended by whoever has them. */
import { createHash, randomBytes } from 'node:crypto';
import type { AccountRole, LogIn, OperatorSession } from '../../shared/contracts/account.ts';
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import { SESSIONS_PER_ACCOUNT_MAX } from '../../shared/contracts/limits.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { SessionStore } from '../store/session-store.ts';
import { foldedName } from './accounts.ts';
import type { Audit } from './audit.ts';
import { createLoginGate, type Failures } from './login-gate.ts';
import { networkOf } from './networks.ts';
import type { Passwords } from './passwords.ts';

export type SessionsDeps = {
  readonly sessions: SessionStore;
  readonly accounts: Pick<AccountStore, 'findByName' | 'isAny'>;
  readonly passwords: Pick<Passwords, 'matches'>;
  /** By network, and by network and name: one who guesses locks nobody else out. */
  readonly failures: Failures;
  readonly failedLogins: Failures;
  readonly audit: Pick<Audit, 'record' | 'recordDenied'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** Whose session a request came with. */
export type LiveSession = {
  readonly accountId: AccountId;
  readonly name: string;
  readonly role: AccountRole;
  readonly csrfToken: string;
  readonly expiresAt: Date;
};

/** A session and what its cookie holds, which is told this once. */
export type BegunSession = { readonly secret: string; readonly session: LiveSession };

/** 256 bits: nobody guesses one. */
const SECRET_BYTES = 32;

export function createSessions(deps: SessionsDeps) {
  const { sessions, accounts, passwords, failures, failedLogins, audit, report } = deps;
  const guarded = createLoginGate({ failures, failedLogins });

  /** @returns undefined when the account was disabled, deleted or given another password meanwhile */
  async function tryBegin(account: Whom, address: string, passwordHash?: string): Promise<BegunSession | undefined> {
    const [secret, csrfToken] = [newSecret(), newSecret()];
    const row = { sha256: digestOf(secret), accountId: account.accountId, csrfToken, address, passwordHash };
    const expiresAt = await sessions.insert(row, SESSIONS_PER_ACCOUNT_MAX);
    return expiresAt && { secret, session: { ...account, csrfToken, expiresAt } };
  }

  async function begunWith({ name, password }: LogIn, address: string) {
    const account = await accounts.findByName(foldedName(name));
    const isRight = await passwords.matches(account?.password_hash, password);
    if (account === undefined || !isRight || account.disabled_at !== null) return { accountId: account?.id };
    const { id: accountId, name: shownName, role, password_hash: hash } = account;
    return { accountId, begun: await tryBegin({ accountId, name: shownName, role }, address, hash) };
  }

  return {
    /** @throws AppError INVALID_LOGIN when the account is gone already */
    async begin(account: Whom, address: string): Promise<BegunSession> {
      const begun = await tryBegin(account, address);
      if (begun === undefined) throw invalidLogin();
      return begun;
    },

    /** @throws AppError INVALID_LOGIN, in the same words and time whatever was wrong; RATE_LIMITED */
    async logIn(given: LogIn, origin: Origin): Promise<BegunSession> {
      const address = origin.actor.address ?? 'unknown';
      const network = networkOf(address);
      const whom = digestOf(`${network} ${foldedName(given.name)}`);
      return guarded(network, whom, async () => {
        const { accountId, begun } = await begunWith(given, address);
        if (accountId === undefined || begun === undefined) {
          await Promise.all([failures.recordFailure(network), failedLogins.recordFailure(whom)]);
          await audit.recordDenied({ ...origin, action: 'session.begin', targetId: accountId });
          throw invalidLogin();
        }
        await audit.record({ ...byAccount(origin, accountId), action: 'session.begin', outcome: 'done' });
        return begun;
      });
    },

    /** @returns undefined for what is no session, or none any more */
    async find(secret: string): Promise<LiveSession | undefined> {
      const sha256 = digestOf(secret);
      const row = await sessions.find(sha256);
      if (row === undefined) return undefined;
      if (row.is_stale)
        await sessions.touch(sha256).catch((error: unknown) => {
          report('that a session is used could not be stored', { error });
        });
      return {
        accountId: row.account_id,
        name: row.name,
        role: row.role,
        csrfToken: row.csrf_token,
        expiresAt: row.expires_at,
      };
    },

    /** Whose session it still is, without using it: a stream that is left open keeps none alive. */
    async roleOf(secret: string): Promise<AccountRole | undefined> {
      return (await sessions.find(digestOf(secret)))?.role;
    },

    /** What the pages are told of it. */
    async describe(session: LiveSession | undefined): Promise<OperatorSession> {
      return {
        object: 'session',
        setup_needed: session === undefined && !(await accounts.isAny()),
        account: session === undefined ? null : { id: session.accountId, name: session.name, role: session.role },
        csrf_token: session?.csrfToken ?? null,
        expires_at: session?.expiresAt.toISOString() ?? null,
      };
    },

    async logOut(secret: string, accountId: AccountId, origin: Origin): Promise<void> {
      await sessions.delete(digestOf(secret));
      await audit.record({ ...byAccount(origin, accountId), action: 'session.end', outcome: 'done' });
    },

    /** Also where it was stolen. */
    async logOutEverywhere(accountId: AccountId, origin: Origin): Promise<void> {
      await sessions.deleteOfAccount(accountId);
      await audit.record({ ...byAccount(origin, accountId), action: 'session.end_all', outcome: 'done' });
    },

    /**
     * Bounds how often a password can be guessed by who has found a session open.
     * @throws AppError RATE_LIMITED, and what `work` throws
     */
    async guarded<T>(accountId: AccountId, { actor }: Origin, work: () => Promise<T>): Promise<T> {
      const network = networkOf(actor.address ?? 'unknown');
      const whom = digestOf(`${network} ${accountId}`);
      return guarded(network, whom, async () => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof AppError && error.code === 'INVALID_LOGIN') await failedLogins.recordFailure(whom);
          throw error;
        }
      });
    },

    /** @returns what the session is stored as */
    digestOf,
  };
}

export type Sessions = ReturnType<typeof createSessions>;

type Whom = Pick<LiveSession, 'accountId' | 'name' | 'role'>;

function invalidLogin(): AppError {
  return new AppError('INVALID_LOGIN', 'No account has this name and password.');
}

/** Who is known once the log-in is over. */
function byAccount({ actor, requestId }: Origin, id: AccountId): Origin {
  return { actor: { type: 'account', id, address: actor.address }, requestId };
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** The secrets are random: a fast digest is as good as a slow one. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
