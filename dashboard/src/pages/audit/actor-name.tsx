/** Who did it: an account by its name, as far as this account may know the names of others. */
import { Tooltip } from '@mantine/core';
import type { AccountList } from '../../../../shared/contracts/account.ts';
import type { AuditEntry } from '../../../../shared/contracts/audit.ts';
import { useAsk } from '../../api/client-context.ts';
import { useRights } from '../../api/session.tsx';
import { IdLink } from '../../parts/id-link.tsx';

const WORDS = {
  operator: 'Operators’ token',
  service: 'The service',
  unknown: 'Nobody known',
  account: 'Account',
  key: 'Key',
} as const;

export function ActorName({ actor: { type, id } }: Pick<AuditEntry, 'actor'>) {
  if (id === null) return <span className="nowrap">{WORDS[type]}</span>;
  if (type === 'account') return <AccountName id={id} />;
  return (
    <span className="nowrap">
      {WORDS[type]} <IdLink id={id} />
    </span>
  );
}

function AccountName({ id }: { readonly id: string }) {
  const { account, can } = useRights();
  const { data } = useAsk<AccountList>('/accounts', { enabled: can('admin') });
  const name = id === account.id ? account.name : data?.data.find((one) => one.id === id)?.name;
  if (name === undefined) return <IdLink id={id} />;
  return (
    <Tooltip label={id}>
      <span className="cell-text">{name}</span>
    </Tooltip>
  );
}
