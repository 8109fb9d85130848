import { Group, Progress } from '@mantine/core';
import { Link } from 'react-router';
import type { OrganizationQueue } from '../../../../shared/contracts/operator-queue.ts';
import type { Column } from '../../parts/data-table.tsx';
import { formatBytes, formatCount, formatShare } from '../../parts/format.ts';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { OrganizationQueueActions } from './organization-queue-actions.tsx';

export const QUEUE_COLUMNS: readonly Column<OrganizationQueue>[] = [
  { id: 'organization', header: 'Organization', cell: (row) => <OrganizationName id={row.organization_id} /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ paused }) => <StatusBadge status={paused ? 'paused' : 'active'} label={paused ? 'held back' : 'active'} />,
  },
  {
    id: 'queued',
    header: 'Queued',
    align: 'right',
    cell: (row) => <Behind row={row} status="queued" count={row.queued} />,
  },
  { id: 'bytes', header: 'Size', align: 'right', hidden: true, cell: (row) => formatBytes(row.queued_bytes) },
  {
    id: 'in_flight',
    header: 'In flight',
    align: 'right',
    cell: ({ in_flight: count }) => formatCount(count),
  },
  {
    id: 'running',
    header: 'Running',
    align: 'right',
    cell: (row) => <Behind row={row} status="running" count={row.running} />,
  },
  {
    id: 'running_max',
    header: 'At most',
    align: 'right',
    cell: ({ running_max: max }) => (max === null ? 'all slots' : formatCount(max)),
  },
  { id: 'weight', header: 'Weight', align: 'right', cell: ({ weight }) => weight.toLocaleString('en') },
  { id: 'share', header: 'Share', cell: ({ share }) => <Share share={share} /> },
  { id: 'oldest', header: 'Oldest', align: 'right', cell: (row) => <Oldest row={row} /> },
  { id: 'actions', header: 'Actions', align: 'right', cell: (row) => <OrganizationQueueActions row={row} /> },
];

type BehindProps = {
  readonly row: OrganizationQueue;
  readonly status: 'queued' | 'running';
  readonly count: number;
};

function Behind({ row, status, count }: BehindProps) {
  const filters = new URLSearchParams({ organization_id: row.organization_id, status });
  return (
    <Link className="link" to={`/executions?${filters.toString()}`}>
      {formatCount(count)}
    </Link>
  );
}

function Share({ share }: Pick<OrganizationQueue, 'share'>) {
  if (share === null) return <span aria-label="none">–</span>;
  return (
    <Group gap={6} wrap="nowrap">
      <Progress value={share * 100} size="sm" w={28} aria-hidden />
      <span className="numbers nowrap">{formatShare(share)}</span>
    </Group>
  );
}

function Oldest({ row }: { readonly row: OrganizationQueue }) {
  if (row.oldest_execution_id === null) return <span aria-label="none">–</span>;
  return (
    <Link className="link" to={`/executions/${encodeURIComponent(row.oldest_execution_id)}`}>
      <Time at={row.oldest_queued_at} relative />
    </Link>
  );
}
