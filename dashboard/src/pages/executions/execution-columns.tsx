/** What is shown of each execution in the list. */
import { Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import type { OperatorExecutionSummary } from '../../../../shared/contracts/operator-execution.ts';
import type { Column } from '../../parts/data-table.tsx';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink, shortId } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { StatusBadge, words } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';

export const EXECUTION_COLUMNS: readonly Column<OperatorExecutionSummary>[] = [
  { id: 'status', header: 'Status', cell: (row) => <ExecutionStatusBadge execution={row} /> },
  { id: 'id', header: 'Execution', cell: ({ id }) => <IdLink id={id} /> },
  { id: 'organization', header: 'Organization', cell: (row) => <OrganizationName id={row.organization_id} /> },
  { id: 'created_at', header: 'Made', cell: (row) => <Time at={row.created_at} /> },
  { id: 'queue_ms', header: 'Waited', align: 'right', cell: ({ usage }) => formatDuration(usage?.queue_ms) },
  { id: 'wall_ms', header: 'Ran', align: 'right', cell: ({ usage }) => formatDuration(usage?.wall_ms) },
  { id: 'cpu_ms', header: 'CPU', align: 'right', cell: ({ usage }) => formatDuration(usage?.cpu_ms) },
  { id: 'memory', header: 'Memory', align: 'right', cell: ({ usage }) => formatBytes(usage?.memory_peak_bytes) },
  { id: 'worker', header: 'Worker', cell: (row) => <WorkerLink id={row.worker_id} /> },
  { id: 'response', header: 'Response', hidden: true, cell: (row) => <IdLink id={row.response_id} /> },
  { id: 'attempt', header: 'Attempts', hidden: true, align: 'right', cell: ({ attempt }) => formatCount(attempt) },
  { id: 'isolation', header: 'Isolation', hidden: true, cell: ({ isolation }) => isolation },
  { id: 'input', header: 'Input', hidden: true, align: 'right', cell: (row) => formatBytes(row.input_bytes) },
  { id: 'output', header: 'Output', hidden: true, align: 'right', cell: (row) => formatBytes(row.output_bytes) },
  { id: 'finished_at', header: 'Ended', hidden: true, cell: (row) => <Time at={row.finished_at} /> },
];

/** The status; of a failure its reason, which says more. */
export function ExecutionStatusBadge({
  execution,
}: {
  readonly execution: Pick<OperatorExecutionSummary, 'status' | 'exit' | 'cancel_requested_at'>;
}) {
  const { status, exit } = execution;
  if (status === 'failed' && exit !== null)
    return <StatusBadge status={exit.reason} label={`failed: ${words(exit.reason)}`} />;
  if (status === 'running' && execution.cancel_requested_at !== null)
    return <StatusBadge status="running" label="stopping" />;
  return <StatusBadge status={status} />;
}

export function WorkerLink({ id }: { readonly id: string | null }) {
  if (id === null) return <span aria-label="none">–</span>;
  return (
    <Tooltip label={id}>
      <Link className="link mono nowrap" to={`/workers?worker=${encodeURIComponent(id)}`}>
        {shortId(id)}
      </Link>
    </Tooltip>
  );
}
