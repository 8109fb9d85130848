/** Who is logged in, and what they may do. */
import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { AccountRole, OperatorSession } from '../../../shared/contracts/account.ts';
import { useClient } from './client-context.ts';
import { SESSION_KEY } from './query-client.ts';

export type Account = NonNullable<OperatorSession['account']>;

const RANK: Readonly<Record<AccountRole, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Asks now and then, so that a session that ended elsewhere is noticed. */
const ASK_AGAIN_MS = 5 * 60_000;

export function useSessionQuery() {
  const client = useClient();
  return useQuery<OperatorSession>({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }) => {
      const session = await client.get<OperatorSession>('/admin/api/session', {}, signal);
      client.setCsrfToken(session.csrf_token);
      return session;
    },
    staleTime: ASK_AGAIN_MS,
    refetchInterval: ASK_AGAIN_MS,
  });
}

export const AccountContext = createContext<Account | null>(null);

export type Rights = { readonly account: Account; readonly can: (role: AccountRole) => boolean };

/** Who looks at this page; only below the gate. */
export function useRights(): Rights {
  const account = useContext(AccountContext);
  if (account === null) throw new Error('Nobody is logged in around this component.');
  return { account, can: (role) => RANK[account.role] >= RANK[role] };
}
