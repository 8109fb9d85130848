/** What each organization has in the queue. */
import { Text } from '@mantine/core';
import type { OrganizationQueue } from '../../../../shared/contracts/operator-queue.ts';
import { useAsk } from '../../api/client-context.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { QUEUE_COLUMNS } from './queue-columns.tsx';

const DEFAULTS = { organization_id: '' };
const NO_FILTER = {};

export function OrganizationQueues({ refetchMs }: { readonly refetchMs: number }) {
  const [{ organization_id: id }, setState] = useUrlState(DEFAULTS);
  const list = useCursorList<OrganizationQueue>('/queue/organizations', { query: NO_FILTER, refetchMs });
  // One that was chosen is shown also where nothing of it is queued: it can be held back before anything comes.
  const one = useAsk<OrganizationQueue>(`/queue/organizations/${encodeURIComponent(id)}`, {
    enabled: id !== '',
    refetchMs,
  });
  const isOne = id !== '';
  const chosen = one.data?.organization_id === id ? [one.data] : undefined;
  return (
    <DataTable
      name="Queues of organizations"
      columns={QUEUE_COLUMNS}
      rows={isOne ? chosen : list.rows}
      rowKey={(row) => row.organization_id}
      error={isOne ? one.error : list.error}
      onRetry={isOne ? () => void one.refetch() : list.refetch}
      toolbar={
        <>
          <OrganizationSelect
            size="xs"
            value={id}
            onChange={(chosenId) => {
              setState({ organization_id: chosenId });
            }}
          />
          <Text size="xs" c="dimmed">
            {isOne ? '' : 'All of which anything is queued or in flight.'}
          </Text>
        </>
      }
      empty={
        <EmptyState title="Nothing is queued or in flight">
          Organizations stand here while they have executions in the queue. To hold one back before that, choose it
          above.
        </EmptyState>
      }
      footer={isOne ? undefined : <CursorPager pages={list.pages} count={list.rows?.length} />}
    />
  );
}
