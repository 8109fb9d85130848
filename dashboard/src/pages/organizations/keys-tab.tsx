/** The keys of an organization: never the secrets, but once. */
import { Alert, Badge, Group } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ApiKey, NewApiKey } from '../../../../shared/contracts/api-key.ts';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { CreateKey } from './create-key.tsx';
import { KeyActions } from './key-actions.tsx';
import { NewSecret } from './new-secret.tsx';

const COLUMNS: readonly Column<ApiKey>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => <span className="cell-text">{name}</span> },
  { id: 'prefix', header: 'Begins with', cell: ({ prefix }) => <span className="mono nowrap">{prefix}…</span> },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'scopes', header: 'Scopes', cell: ({ scopes }) => <Scopes scopes={scopes} /> },
  {
    id: 'used',
    header: 'Last used',
    cell: ({ last_used_at: at }) => (at === null ? 'never' : <Time at={at} relative />),
  },
  { id: 'expires', header: 'Expires', cell: ({ expires_at: at }) => (at === null ? 'never' : <Time at={at} />) },
  { id: 'created', header: 'Created', hidden: true, cell: ({ created_at: at }) => <Time at={at} /> },
  { id: 'revoked', header: 'Revoked', hidden: true, cell: ({ revoked_at: at }) => <Time at={at} /> },
  { id: 'id', header: 'Id', hidden: true, cell: ({ id }) => <IdLink id={id} /> },
];

export function KeysTab({ organization }: { readonly organization: Organization }) {
  const path = `/organizations/${encodeURIComponent(organization.id)}/keys`;
  const list = useCursorList<ApiKey>(path, { query: {} });
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<NewApiKey | null>(null);
  const columns = useMemo<readonly Column<ApiKey>[]>(
    () => [
      ...COLUMNS,
      {
        id: 'actions',
        header: 'Actions',
        cell: (key) => <KeyActions apiKey={key} path={path} onRotated={setCreated} />,
      },
    ],
    [path],
  );
  return (
    <>
      {organization.status === 'suspended' && (
        <Alert color="yellow" mb="md">
          The organization is suspended: requests with its keys are refused.
        </Alert>
      )}
      <DataTable
        name="Keys"
        columns={columns}
        rows={list.rows}
        rowKey={({ id }) => id}
        rowTone={({ status }) => (status === 'active' ? undefined : 'muted')}
        error={list.error}
        onRetry={list.refetch}
        toolbar={
          <RoleButton
            role="admin"
            blocked={organization.status === 'deleting' ? 'It is being deleted.' : undefined}
            onClick={() => {
              setIsCreating(true);
            }}
          >
            Create key
          </RoleButton>
        }
        footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
        empty={<EmptyState title="No keys">Without one, the organization cannot use the service.</EmptyState>}
      />
      {isCreating && (
        <CreateKey
          path={path}
          onClose={() => {
            setIsCreating(false);
          }}
          onCreated={setCreated}
        />
      )}
      {created !== null && (
        <NewSecret
          apiKey={created}
          onClose={() => {
            setCreated(null);
          }}
        />
      )}
    </>
  );
}

function Scopes({ scopes }: Pick<ApiKey, 'scopes'>) {
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} variant="default" tt="none" size="sm">
          {scope}
        </Badge>
      ))}
    </Group>
  );
}
