/** Operators' accounts: the first one, and what admins make and change of the others. */
import type {
  Account,
  AccountList,
  ChangePassword,
  CreateAccount,
  SetUp,
  UpdateAccount,
} from '../../shared/contracts/account.ts';
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import { ACCOUNTS_MAX } from '../../shared/contracts/limits.ts';
import type { AccountRow, AccountStore, NewAccountRow } from '../store/account-store.ts';
import type { Audit } from './audit.ts';
import type { Passwords } from './passwords.ts';

export type AccountsDeps = {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly audit: Pick<Audit, 'attempt'>;
  readonly newAccountId: () => AccountId;
};

export function createAccounts({ store, passwords, audit, newAccountId }: AccountsDeps) {
  async function rowOf({ name, role, password }: CreateAccount): Promise<NewAccountRow> {
    const password_hash = await passwords.hash(password);
    return { id: newAccountId(), name: name.trim(), folded_name: foldedName(name), role, password_hash };
  }

  return {
    /** Whoever shows the operators' token makes it, an admin; the caller has looked at the token. @throws AppError SETUP_DONE */
    async setUp({ name, password }: SetUp, origin: Origin): Promise<Account> {
      if (await store.isAny()) throw setupDone();
      const row = await rowOf({ name, role: 'admin', password });
      return audit.attempt({ ...origin, action: 'account.set_up', targetId: row.id }, async () => {
        const made = await store.insertFirst(row);
        if (made === undefined) throw setupDone();
        return toAccount(made);
      });
    },

    /** All of them, by name. */
    async list(): Promise<AccountList> {
      const data = (await store.list()).map(toAccount);
      return {
        ...{ object: 'list', data, has_more: false },
        ...{ first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null },
      };
    },

    /** @throws AppError ACCOUNT_EXISTS, TOO_MANY_ACCOUNTS */
    async create(input: CreateAccount, origin: Origin): Promise<Account> {
      const row = await rowOf(input);
      const details = { role: input.role };
      return audit.attempt({ ...origin, action: 'account.create', targetId: row.id, details }, async () => {
        const made = await store.insert(row, ACCOUNTS_MAX);
        if (made === 'full') throw new AppError('TOO_MANY_ACCOUNTS', `There are ${String(ACCOUNTS_MAX)} accounts.`);
        if (made === undefined)
          throw new AppError('ACCOUNT_EXISTS', 'name: another account has this name.', { param: 'name' });
        return toAccount(made);
      });
    },

    /** Another role holds at once; a new password and being disabled end its sessions. @throws AppError NOT_FOUND, LAST_ADMIN */
    async update(id: AccountId, { role, disabled, password }: UpdateAccount, origin: Origin): Promise<Account> {
      const passwordHash = password === undefined ? undefined : await passwords.hash(password);
      const details = { role, disabled, password: password === undefined ? undefined : 'changed' };
      return audit.attempt({ ...origin, action: 'account.update', targetId: id, details }, async () => {
        const row = await store.update(id, { role, disabled, passwordHash });
        if (row === 'missing') throw noSuchAccount();
        if (row === 'last_admin') throw lastAdmin();
        return toAccount(row);
      });
    },

    /** @throws AppError NOT_FOUND, LAST_ADMIN */
    async delete(id: AccountId, origin: Origin): Promise<void> {
      await audit.attempt({ ...origin, action: 'account.delete', targetId: id }, async () => {
        const outcome = await store.delete(id);
        if (outcome === 'missing') throw noSuchAccount();
        if (outcome === 'last_admin') throw lastAdmin();
      });
    },

    /**
     * An account's own; its other sessions end with the old one.
     * @param keptSession digest of the session that asks
     * @throws AppError INVALID_LOGIN when the current password is wrong
     */
    async changePassword(id: AccountId, given: ChangePassword, origin: Origin, keptSession: string): Promise<void> {
      await audit.attempt({ ...origin, action: 'account.change_password', targetId: id }, async () => {
        const knownHash = (await store.find(id))?.password_hash;
        if (!(await passwords.matches(knownHash, given.current_password))) throw notThePassword();
        const passwordHash = await passwords.hash(given.new_password);
        if ((await store.update(id, { passwordHash, knownHash, keptSession })) === 'missing') throw notThePassword();
      });
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;

/** Names that look alike to people are one. Pure. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    object: 'account',
    name: row.name,
    role: row.role,
    disabled: row.disabled_at !== null,
    created_at: row.created_at.toISOString(),
    last_login_at: row.last_login_at?.toISOString() ?? null,
  };
}

function noSuchAccount(): AppError {
  return new AppError('NOT_FOUND', 'There is no such account.');
}

function lastAdmin(): AppError {
  return new AppError('LAST_ADMIN', 'It is the last account of an admin: nobody could manage accounts any more.');
}

function notThePassword(): AppError {
  return new AppError('INVALID_LOGIN', 'current_password: is not the password.', { param: 'current_password' });
}

function setupDone(): AppError {
  return new AppError('SETUP_DONE', 'There are accounts already.');
}
