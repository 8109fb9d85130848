/** What is shown of each response in the list. */
import type { OperatorResponseSummary } from '../../../../shared/contracts/operator-response.ts';
import type { Column } from '../../parts/data-table.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { OrganizationName } from '../../parts/organization-name.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { tookMs } from './response-steps.ts';

export const RESPONSE_COLUMNS: readonly Column<OperatorResponseSummary>[] = [
  { id: 'status', header: 'Status', cell: (row) => <ResponseStatusBadge response={row} /> },
  { id: 'id', header: 'Response', cell: ({ id }) => <IdLink id={id} /> },
  { id: 'organization', header: 'Organization', cell: (row) => <OrganizationName id={row.organization_id} /> },
  { id: 'model', header: 'Model', cell: ({ model }) => <span className="cell-text">{model}</span> },
  { id: 'created_at', header: 'Made', cell: (row) => <Time at={row.created_at} /> },
  { id: 'took', header: 'Took', align: 'right', cell: (row) => formatDuration(tookMs(row)) },
  { id: 'steps', header: 'Steps', align: 'right', cell: ({ steps }) => formatCount(steps) },
  { id: 'input_tokens', header: 'Tokens in', align: 'right', cell: ({ usage }) => formatCount(usage?.input_tokens) },
  { id: 'output_tokens', header: 'Tokens out', align: 'right', cell: ({ usage }) => formatCount(usage?.output_tokens) },
  { id: 'previous', header: 'Goes on from', cell: (row) => <IdLink id={row.previous_response_id} /> },
  { id: 'assistant', header: 'Assistant', hidden: true, cell: (row) => <IdLink id={row.assistant_id} /> },
  {
    id: 'thread',
    header: 'Thread',
    hidden: true,
    cell: (row) => <span className="cell-text">{row.thread_id ?? '–'}</span>,
  },
  { id: 'fault', header: 'Fault', hidden: true, cell: ({ error }) => error?.code ?? '–' },
  { id: 'background', header: 'Background', hidden: true, cell: ({ background }) => (background ? 'yes' : 'no') },
  { id: 'completed_at', header: 'Ended', hidden: true, cell: (row) => <Time at={row.completed_at} /> },
];

/** The status; of one that is to stop, that. */
export function ResponseStatusBadge({
  response,
}: {
  readonly response: Pick<OperatorResponseSummary, 'status' | 'cancel_requested_at'>;
}) {
  const isStopping = response.status === 'in_progress' && response.cancel_requested_at !== null;
  return <StatusBadge status={response.status} {...(isStopping && { label: 'stopping' })} />;
}
