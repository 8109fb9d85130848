/** The operators' own tables, as the queries see them: accounts, sessions, settings, and what was done. */
import type { ColumnType, Generated } from 'kysely';
import type { AccountRole } from '../../shared/contracts/account.ts';
import type { ActorType } from '../../shared/contracts/audit.ts';
import type { AccountId } from '../../shared/contracts/ids.ts';
import type { DefaultTime, LateTime } from './times.ts';

/** Who did what, from where, to what. Append only: the database refuses changes. Ids alone, nothing of a tenant's content. */
export type AuditEntryTable = {
  id: Generated<string>;
  at: DefaultTime;
  actor_type: ActorType;
  actor_id: string | null;
  address: string | null;
  request_id: string | null;
  action: string;
  outcome: 'done' | 'denied' | 'failed';
  organization_id: string | null;
  target_id: string | null;
  details: ColumnType<Readonly<Record<string, unknown>>, string | undefined, never>;
};

export type OperatorAccountTable = {
  id: AccountId;
  name: string;
  /** As it is looked for: capitals make no difference. */
  folded_name: string;
  role: AccountRole;
  /** As Argon2 writes it, with its parameters and salt. */
  password_hash: string;
  disabled_at: LateTime;
  created_at: DefaultTime;
  last_login_at: LateTime;
};

export type OperatorSessionTable = {
  /** Hexadecimal SHA-256 of what the cookie holds. */
  sha256: string;
  account_id: AccountId;
  csrf_token: string;
  address: string | null;
  created_at: DefaultTime;
  expires_at: Date;
  last_seen_at: DefaultTime;
};

/** What operators set for the whole service. */
export type ServiceSettingTable = {
  name: string;
  value: ColumnType<unknown, string, string>;
  changed_at: DefaultTime;
};
