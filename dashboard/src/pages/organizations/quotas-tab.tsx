/** What an organization may use: what counts, where it comes from, and what it uses now. */
import { Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import type { OrganizationQuotas } from '../../../../shared/contracts/quotas.ts';
import { useAsk } from '../../api/client-context.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { formatQuota, QUOTA_FIELDS, type QuotaField } from './quota-fields.ts';
import { QuotaForm } from './quota-form.tsx';
import { QuotaUse } from './quota-use.tsx';

export function QuotasTab({ organization: { id, status } }: { readonly organization: Organization }) {
  const path = `/organizations/${encodeURIComponent(id)}/quotas`;
  const { data, error, refetch } = useAsk<OrganizationQuotas>(path);
  const [isEditing, setIsEditing] = useState(false);
  const columns = useMemo(() => columnsOf(data), [data]);
  return (
    <Stack gap="lg">
      <QuotaUse organizationId={id} />
      <Section
        title="Quotas"
        flush
        actions={
          <RoleButton
            role="admin"
            size="xs"
            variant="default"
            blocked={status === 'deleting' ? 'It is being deleted.' : undefined}
            onClick={() => {
              setIsEditing(data !== undefined);
            }}
          >
            Edit quotas
          </RoleButton>
        }
      >
        <DataTable
          name="Quotas"
          columns={columns}
          rows={data === undefined ? undefined : QUOTA_FIELDS}
          rowKey={({ name }) => name}
          error={error}
          onRetry={() => void refetch()}
          empty={null}
        />
      </Section>
      {isEditing && data !== undefined && (
        <QuotaForm
          quotas={data}
          path={path}
          onClose={() => {
            setIsEditing(false);
          }}
        />
      )}
    </Stack>
  );
}

function columnsOf(quotas: OrganizationQuotas | undefined): readonly Column<QuotaField>[] {
  const told = (field: QuotaField, of: 'effective' | 'defaults' | 'ceilings') =>
    quotas === undefined ? '–' : formatQuota(field, quotas[of][field.name]);
  return [
    { id: 'quota', header: 'Quota', cell: ({ label }) => label },
    { id: 'effective', header: 'Counts', align: 'right', cell: (field) => told(field, 'effective') },
    {
      id: 'from',
      header: 'From',
      cell: ({ name }) =>
        quotas?.overrides[name] === undefined ? 'default' : <StatusBadge status="set" tone="busy" label="set here" />,
    },
    { id: 'default', header: 'Default', align: 'right', cell: (field) => told(field, 'defaults') },
    { id: 'ceiling', header: 'Ceiling', align: 'right', cell: (field) => told(field, 'ceilings') },
  ];
}
