/** What is set for an organization, what it uses now, and where its work is. */
import { Button, Group, Stack, Switch } from '@mantine/core';
import { Link } from 'react-router';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { useRights } from '../../api/session.tsx';
import { Fields } from '../../parts/fields.tsx';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useActionOn } from '../../parts/use-action.ts';
import { QuotaUse } from './quota-use.tsx';

const ISOLATIONS = { organization: 'A sandbox of the organization', fresh: 'Fresh for each execution' };

export function OverviewTab({ organization }: { readonly organization: Organization }) {
  const { id, status, isolation, default_model: model, queue_paused: isPaused } = organization;
  const ofThis = `?organization_id=${encodeURIComponent(id)}`;
  return (
    <Stack gap="lg">
      <Section title="Organization">
        <Fields
          fields={[
            { name: 'Status', value: <StatusBadge status={status} /> },
            { name: 'Interpreter', value: <InterpreterSwitch organization={organization} /> },
            { name: 'Queue', value: isPaused ? <StatusBadge status="paused" /> : 'open' },
            { name: 'Isolation', value: isolation === null ? 'As the service is set' : ISOLATIONS[isolation] },
            { name: 'Default model', value: model ?? 'As the service is set' },
            { name: 'Created', value: <Time at={organization.created_at} /> },
            { name: 'Id', value: <IdLink id={id} whole /> },
          ]}
        />
        <Group mt="md" gap="xs">
          <Button component={Link} to={`/executions${ofThis}`} variant="default">
            Executions
          </Button>
          <Button component={Link} to={`/responses${ofThis}`} variant="default">
            Responses
          </Button>
          <Button component={Link} to={`/audit${ofThis}`} variant="default">
            Audit
          </Button>
        </Group>
      </Section>
      <QuotaUse organizationId={id} />
    </Stack>
  );
}

function InterpreterSwitch({ organization: { id, interpreter, status } }: { readonly organization: Organization }) {
  const client = useClient();
  const { can } = useRights();
  const path = `/organizations/${encodeURIComponent(id)}`;
  const change = useActionOn(
    (isOn: boolean) => client.send<Organization>('PATCH', `/admin/api${path}`, { interpreter: isOn }),
    { changes: [askKey(path), askKey('/organizations')] },
  );
  return (
    <Switch
      label={interpreter ? 'Its code may run' : 'Its code may not run'}
      {...(!can('admin') && { description: 'This needs the role admin.' })}
      checked={interpreter}
      disabled={!can('admin') || status === 'deleting' || change.isRunning}
      onChange={(event) => {
        change.run(event.currentTarget.checked);
      }}
    />
  );
}
