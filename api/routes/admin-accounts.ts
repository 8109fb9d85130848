/** Accounts of operators, as admins manage them. */
import { z } from 'zod';
import { Account, AccountList, CreateAccount, DeletedAccount, UpdateAccount } from '../../shared/contracts/account.ts';
import { AccountId } from '../../shared/contracts/ids.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { Accounts } from '../services/accounts.ts';

const Params = z.strictObject({ id: AccountId });
const PATH = '/admin/api/accounts';

export function createAccountRoutes(accounts: Pick<Accounts, 'list' | 'create' | 'update' | 'delete'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'admin',
      method: 'get',
      path: PATH,
      operationId: 'listAccounts',
      summary: 'List accounts',
      description: 'All of them, by name.',
      answers: [{ status: 200, description: 'The accounts.', schema: AccountList }],
      errors: ['DATABASE_UNAVAILABLE'],
      handle: async () => json(200, await accounts.list()),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: PATH,
      operationId: 'createAccount',
      summary: 'Create an account',
      body: CreateAccount,
      answers: [{ status: 201, description: 'The new account.', schema: Account }],
      errors: ['ACCOUNT_EXISTS', 'TOO_MANY_ACCOUNTS', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE', 'STORAGE_FULL'],
      handle: async ({ body, origin }) => json(201, await accounts.create(body, origin)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'patch',
      path: `${PATH}/{id}`,
      operationId: 'updateAccount',
      summary: 'Change an account',
      description:
        'What is left out stays. Another role holds at once; a new password or being disabled ends its sessions.',
      params: Params,
      body: UpdateAccount,
      answers: [{ status: 200, description: 'The account as it is then.', schema: Account }],
      errors: ['NOT_FOUND', 'LAST_ADMIN', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, body, origin }) => json(200, await accounts.update(params.id, body, origin)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'delete',
      path: `${PATH}/{id}`,
      operationId: 'deleteAccount',
      summary: 'Delete an account',
      description: 'Its sessions end at once. What it did stays in the audit.',
      params: Params,
      answers: [{ status: 200, description: 'Deleted for good.', schema: DeletedAccount }],
      errors: ['NOT_FOUND', 'LAST_ADMIN', 'DATABASE_UNAVAILABLE'],
      async handle({ params, origin }) {
        await accounts.delete(params.id, origin);
        return json(200, { id: params.id, object: 'account', deleted: true });
      },
    }),
  ];
}
