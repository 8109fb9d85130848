/** All organizations: found by name, made here. */
import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { Page } from '../../parts/page.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { OrganizationForm } from './organization-form.tsx';

const DEFAULTS = { name: '', status: '' };
const STATUSES = ['active', 'suspended', 'deleting'];
const TYPED_MS = 300;
const NEW = { name: '', interpreter: true, isolation: null, default_model: null };

const COLUMNS: readonly Column<Organization>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Link className="link cell-text" to={`/organizations/${encodeURIComponent(id)}`} title={name}>
        {name}
      </Link>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'interpreter',
    header: 'Interpreter',
    cell: ({ interpreter }) => <StatusBadge status={interpreter ? 'on' : 'off'} tone={interpreter ? 'good' : 'idle'} />,
  },
  {
    id: 'queue',
    header: 'Queue',
    cell: ({ queue_paused: paused }) => (paused ? <StatusBadge status="paused" /> : 'open'),
  },
  { id: 'isolation', header: 'Isolation', hidden: true, cell: ({ isolation }) => isolation ?? 'service default' },
  {
    id: 'model',
    header: 'Default model',
    hidden: true,
    cell: ({ default_model: model }) => model ?? 'service default',
  },
  { id: 'created', header: 'Created', cell: ({ created_at: at }) => <Time at={at} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <IdLink id={id} /> },
];

export function OrganizationsPage() {
  const [filters, setFilters] = useUrlState(DEFAULTS);
  const list = useCursorList<Organization>('/organizations', { query: filters });
  const isFiltered = filters.name !== '' || filters.status !== '';
  return (
    <Page
      title="Organizations"
      description="Who uses the service: their keys, quotas, usage, files and webhooks."
      actions={<CreateOrganization />}
    >
      <DataTable
        name="Organizations"
        columns={COLUMNS}
        rows={list.rows}
        rowKey={({ id }) => id}
        rowTone={({ status }) => (status === 'deleting' ? 'muted' : undefined)}
        error={list.error}
        onRetry={list.refetch}
        toolbar={<Filters filters={filters} onChange={setFilters} />}
        footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
        empty={
          isFiltered ? (
            <EmptyState title="No such organization">Names are found by how they begin.</EmptyState>
          ) : (
            <EmptyState title="No organizations">Create the first one, and then a key for it.</EmptyState>
          )
        }
      />
    </Page>
  );
}

type FiltersProps = {
  readonly filters: { readonly name: string; readonly status: string };
  readonly onChange: (change: { name?: string; status?: string }) => void;
};

function Filters({ filters, onChange }: FiltersProps) {
  const onTyped = useDebouncedCallback((name: string) => {
    onChange({ name });
  }, TYPED_MS);
  return (
    <>
      <TextInput
        aria-label="Name begins with"
        placeholder="Name begins with…"
        leftSection={<IconSearch size={16} stroke={1.6} />}
        defaultValue={filters.name}
        onChange={(event) => {
          onTyped(event.currentTarget.value);
        }}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        w={150}
        data={STATUSES}
        value={filters.status === '' ? null : filters.status}
        onChange={(status) => {
          onChange({ status: status ?? '' });
        }}
      />
    </>
  );
}

function CreateOrganization() {
  const client = useClient();
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <RoleButton
        role="admin"
        leftSection={<IconPlus size={16} stroke={1.6} />}
        onClick={() => {
          setIsOpen(true);
        }}
      >
        Create organization
      </RoleButton>
      {isOpen && (
        <OrganizationForm
          title="Create an organization"
          submitLabel="Create"
          initial={NEW}
          save={(input) => client.send('POST', '/admin/api/organizations', input)}
          changes={[askKey('/organizations')]}
          onClose={() => {
            setIsOpen(false);
          }}
          onDone={({ id }) => void navigate(`/organizations/${encodeURIComponent(id)}?tab=keys`)}
        />
      )}
    </>
  );
}
