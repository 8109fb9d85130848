/** Sessions of operators' browsers: found by the digest of what the cookie holds, which itself is stored nowhere. */
import { sql } from 'kysely';
import type { AccountRole } from '../../shared/contracts/account.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';

export type NewSession = {
  readonly sha256: string;
  readonly accountId: AccountId;
  readonly csrfToken: string;
  readonly address: string;
  /** As it was compared; undefined where it was not. */
  readonly passwordHash?: string | undefined;
};

/** Seconds that a session lasts when it is not used, and when it is. */
export type SessionTimes = { readonly idleSeconds: number; readonly wholeSeconds: number };

export type SessionRow = {
  readonly account_id: AccountId;
  readonly name: string;
  readonly role: AccountRole;
  readonly csrf_token: string;
  readonly expires_at: Date;
  /** Whether that it was used was not written down for a while. */
  readonly is_stale: boolean;
};

/** How exact the time of the last use is. */
const SEEN_EVERY_SECONDS = 60;

export function createSessionStore({ db, times }: { readonly db: Db; readonly times: SessionTimes }) {
  const { idleSeconds, wholeSeconds } = times;

  return {
    /**
     * Ends what has expired, and the account's oldest ones beyond `max`.
     * @returns when it expires; undefined when the account was disabled, deleted or given another password meanwhile
     */
    async insert({ passwordHash, ...session }: NewSession, max: number): Promise<Date | undefined> {
      const { sha256, accountId, csrfToken, address } = session;
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          // First of all: whoever changes the account locks it in the same order, and finds the session to end it.
          const account = await transaction
            .updateTable('operator_accounts')
            .set({ last_login_at: sql<Date>`clock_timestamp()` })
            .where('id', '=', accountId)
            .where('disabled_at', 'is', null)
            .$if(passwordHash !== undefined, (update) => update.where(sql<boolean>`password_hash = ${passwordHash}`))
            .returning('id')
            .executeTakeFirst();
          if (account === undefined) return undefined;
          await sql`delete from operator_sessions where expires_at <= clock_timestamp()
            or last_seen_at <= clock_timestamp() - ${idleSeconds} * interval '1 second'`.execute(transaction);
          const row = await transaction
            .insertInto('operator_sessions')
            .values({
              ...{ sha256, account_id: accountId, csrf_token: csrfToken, address },
              expires_at: sql<Date>`clock_timestamp() + ${wholeSeconds} * interval '1 second'`,
            })
            .returning('expires_at')
            .executeTakeFirstOrThrow();
          await sql`delete from operator_sessions where sha256 in (select sha256 from operator_sessions
            where account_id = ${accountId} order by created_at desc offset ${max})`.execute(transaction);
          return row.expires_at;
        }),
      );
    },

    /** One that counts: neither expired nor idle for too long, of an account that may log in. */
    async find(sha256: string): Promise<SessionRow | undefined> {
      const found = await orDatabaseError(() =>
        sql<SessionRow>`select account_id, name, role, csrf_token, expires_at,
            last_seen_at < clock_timestamp() - ${SEEN_EVERY_SECONDS} * interval '1 second' as is_stale
          from operator_sessions join operator_accounts on operator_accounts.id = account_id
          where sha256 = ${sha256} and disabled_at is null and expires_at > clock_timestamp()
            and last_seen_at > clock_timestamp() - ${idleSeconds} * interval '1 second'`.execute(db),
      );
      return found.rows[0];
    },

    /** It is used. */
    async touch(sha256: string): Promise<void> {
      await orDatabaseError(() =>
        db
          .updateTable('operator_sessions')
          .set({ last_seen_at: sql<Date>`clock_timestamp()` })
          .where('sha256', '=', sha256)
          .execute(),
      );
    },

    async delete(sha256: string): Promise<void> {
      await orDatabaseError(() => db.deleteFrom('operator_sessions').where('sha256', '=', sha256).execute());
    },

    /** @param except the digest of one that stays */
    async deleteOfAccount(accountId: AccountId): Promise<void> {
      await orDatabaseError(() => db.deleteFrom('operator_sessions').where('account_id', '=', accountId).execute());
    },
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;
