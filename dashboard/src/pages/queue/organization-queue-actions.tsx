import { Group } from '@mantine/core';
import type { OrganizationQueue } from '../../../../shared/contracts/operator-queue.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';
import { CancelMany } from './cancel-many.tsx';

/** What can be done with what one organization has in the queue. */
export function OrganizationQueueActions({ row }: { readonly row: OrganizationQueue }) {
  const client = useClient();
  const path = `/queue/organizations/${encodeURIComponent(row.organization_id)}`;
  const change = useAction(() => client.send('POST', apiPath(`${path}/${row.paused ? 'resume' : 'pause'}`)), {
    done: row.paused ? 'It goes on.' : 'It is held back.',
    changes: [askKey('/queue/organizations'), askKey(path)],
  });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <RoleButton role="operator" size="compact-xs" variant="light" onClick={change.run} loading={change.isRunning}>
        {row.paused ? 'Resume' : 'Pause'}
      </RoleButton>
      <CancelMany organizationId={row.organization_id} isSmall />
    </Group>
  );
}
