/** Wires operators' accounts: who they are, their sessions, and what lets them in. */
import { AccountId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Config } from './config.ts';
import type { Queues, Stores } from './open-adapters.ts';
import { createAccounts } from './services/accounts.ts';
import type { Audit } from './services/audit.ts';
import { createOperatorAdmission } from './services/operator-admission.ts';
import { createPasswords } from './services/passwords.ts';
import { createSessions } from './services/sessions.ts';

export type AccountServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly audit: Audit;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createAccountServices({ config, stores, queues, audit, report }: AccountServiceDeps) {
  const { failures, failedLogins } = queues;
  const passwords = createPasswords();
  const sessions = createSessions({ ...stores, passwords, failures, failedLogins, audit, report });
  return {
    sessions,
    accounts: createAccounts({
      store: stores.accounts,
      passwords,
      audit,
      newAccountId: () => AccountId.parse(newId('acct')),
    }),
    operatorAdmission: createOperatorAdmission({ adminToken: config.ADMIN_TOKEN, sessions, failures, audit }),
    hasTls: config.PUBLIC_URL?.startsWith('https:') === true,
  };
}
