/** Who may log in here, and what they may do. */
import { Badge, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Account, AccountList } from '../../../../shared/contracts/account.ts';
import { useAsk } from '../../api/client-context.ts';
import { useRights } from '../../api/session.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { EmptyState, NoPermissionState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { AccountActions } from './account-actions.tsx';
import { CreateAccount } from './create-account.tsx';

export function AccountsPage() {
  const { can } = useRights();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <Page
      title="Accounts"
      description="Viewers look, operators act on work, admins on everything."
      actions={
        <RoleButton
          role="admin"
          leftSection={<IconPlus size={16} stroke={1.6} />}
          onClick={() => {
            setIsCreating(true);
          }}
        >
          Create account
        </RoleButton>
      }
    >
      {can('admin') ? <Accounts /> : <NoPermissionState role="admin" />}
      {isCreating && (
        <CreateAccount
          onClose={() => {
            setIsCreating(false);
          }}
        />
      )}
    </Page>
  );
}

function Accounts() {
  const { account: own } = useRights();
  const { data, error, refetch } = useAsk<AccountList>('/accounts');
  const columns = useMemo(() => columnsFor(own.id), [own.id]);
  return (
    <DataTable
      name="Accounts"
      columns={columns}
      rows={data?.data}
      rowKey={({ id }) => id}
      rowTone={({ disabled }) => (disabled ? 'muted' : undefined)}
      error={error}
      onRetry={() => void refetch()}
      empty={<EmptyState title="No accounts" />}
    />
  );
}

function columnsFor(ownId: string): readonly Column<Account>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ id, name }) => (
        <Group gap="xs" wrap="nowrap">
          <span className="cell-text">{name}</span>
          {id === ownId && (
            <Badge variant="light" tt="none">
              you
            </Badge>
          )}
        </Group>
      ),
    },
    { id: 'role', header: 'Role', cell: ({ role }) => role },
    {
      id: 'status',
      header: 'Status',
      cell: ({ disabled }) => <StatusBadge status={disabled ? 'disabled' : 'active'} />,
    },
    {
      id: 'login',
      header: 'Last log-in',
      cell: ({ last_login_at: at }) => (at === null ? 'never' : <Time at={at} relative />),
    },
    { id: 'created', header: 'Created', cell: ({ created_at: at }) => <Time at={at} /> },
    {
      id: 'actions',
      header: 'Actions',
      cell: (account) => <AccountActions account={account} isOwn={account.id === ownId} />,
    },
  ];
}
