/** Operators' accounts. */
import { sql, type Selectable } from 'kysely';
import type { AccountRole } from '../../shared/contracts/account.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { OperatorAccountTable } from './operator-schema.ts';

export type AccountRow = Selectable<OperatorAccountTable>;
export type NewAccountRow = Pick<AccountRow, 'id' | 'name' | 'folded_name' | 'role' | 'password_hash'>;
export type AccountChanges = {
  readonly role?: AccountRole | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  /** What it must still be: an account that somebody else changed meanwhile stays as it is, and counts as missing. */
  readonly knownHash?: string | undefined;
  /** The digest of the session that outlives a new password. */
  readonly keptSession?: string | undefined;
};

/** `last_admin`: nobody would be left who can manage accounts. */
export type ChangeOutcome = AccountRow | 'missing' | 'last_admin';

export function createAccountStore({ db }: { readonly db: Db }) {
  /** One change at a time, on all processes: each sees what the one before has left. */
  async function alone<T>(work: (transaction: Db) => Promise<T>): Promise<T> {
    return orDatabaseError(() =>
      db.transaction().execute(async (transaction) => {
        await sql`lock table operator_accounts in share row exclusive mode`.execute(transaction);
        return work(transaction);
      }),
    );
  }

  async function isLastAdmin(transaction: Db, id: AccountId): Promise<boolean> {
    const admins = await transaction
      .selectFrom('operator_accounts')
      .select('id')
      .where('role', '=', 'admin')
      .where('disabled_at', 'is', null)
      .execute();
    return admins.length === 1 && admins[0]?.id === id;
  }

  return {
    async isAny(): Promise<boolean> {
      const row = await orDatabaseError(() =>
        db.selectFrom('operator_accounts').select('id').limit(1).executeTakeFirst(),
      );
      return row !== undefined;
    },

    /** @returns undefined when there is one already */
    async insertFirst(row: NewAccountRow): Promise<AccountRow | undefined> {
      return alone(async (transaction) => {
        const other = await transaction.selectFrom('operator_accounts').select('id').limit(1).executeTakeFirst();
        if (other !== undefined) return undefined;
        return transaction.insertInto('operator_accounts').values(row).returningAll().executeTakeFirstOrThrow();
      });
    },

    /** @returns undefined when the name is taken; `full` when there are `max` of them */
    async insert(row: NewAccountRow, max: number): Promise<AccountRow | 'full' | undefined> {
      return alone(async (transaction) => {
        const { count } = await transaction
          .selectFrom('operator_accounts')
          .select(sql<number>`count(*)::int`.as('count'))
          .executeTakeFirstOrThrow();
        if (count >= max) return 'full';
        return transaction
          .insertInto('operator_accounts')
          .values(row)
          .onConflict((conflict) => conflict.column('folded_name').doNothing())
          .returningAll()
          .executeTakeFirst();
      });
    },

    /** By name. */
    async list(): Promise<AccountRow[]> {
      return orDatabaseError(() => db.selectFrom('operator_accounts').selectAll().orderBy('folded_name').execute());
    },

    async find(id: AccountId): Promise<AccountRow | undefined> {
      return orDatabaseError(() =>
        db.selectFrom('operator_accounts').selectAll().where('id', '=', id).executeTakeFirst(),
      );
    },

    async findByName(foldedName: string): Promise<AccountRow | undefined> {
      return orDatabaseError(() =>
        db.selectFrom('operator_accounts').selectAll().where('folded_name', '=', foldedName).executeTakeFirst(),
      );
    },

    /** A new password and being disabled end its sessions at the same moment. */
    async update(id: AccountId, changes: AccountChanges): Promise<ChangeOutcome> {
      const { role, disabled, passwordHash, knownHash, keptSession = '' } = changes;
      return alone(async (transaction) => {
        const losesAdmin = disabled === true || (role !== undefined && role !== 'admin');
        if (losesAdmin && (await isLastAdmin(transaction, id))) return 'last_admin';
        const row = await transaction
          .updateTable('operator_accounts')
          .set({
            ...(role !== undefined && { role }),
            ...(passwordHash !== undefined && { password_hash: passwordHash }),
            disabled_at: disabledAt(disabled),
          })
          .where('id', '=', id)
          .$if(knownHash !== undefined, (update) => update.where(sql<boolean>`password_hash = ${knownHash}`))
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return 'missing';
        if (passwordHash !== undefined || disabled === true)
          await transaction
            .deleteFrom('operator_sessions')
            .where('account_id', '=', id)
            .where('sha256', '!=', keptSession)
            .execute();
        return row;
      });
    },

    /** Its sessions go with it. */
    async delete(id: AccountId): Promise<'deleted' | 'missing' | 'last_admin'> {
      return alone(async (transaction) => {
        if (await isLastAdmin(transaction, id)) return 'last_admin';
        const result = await transaction.deleteFrom('operator_accounts').where('id', '=', id).executeTakeFirst();
        return result.numDeletedRows > 0n ? 'deleted' : 'missing';
      });
    },
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;

function disabledAt(disabled: boolean | undefined) {
  if (disabled === undefined) return sql<Date | null>`disabled_at`;
  return disabled ? sql<Date | null>`coalesce(disabled_at, clock_timestamp())` : null;
}
