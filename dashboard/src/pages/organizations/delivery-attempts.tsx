/** How each attempt at a delivery went. */
import type { EndedAttempt, WebhookDelivery } from '../../../../shared/contracts/webhook.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { formatDuration } from '../../parts/format.ts';
import { EmptyState } from '../../parts/states.tsx';
import { StatusBadge, words } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';

/** One that has not ended took no time yet. */
type Attempt = Omit<EndedAttempt, 'duration_ms'> & { readonly duration_ms: number | null };

const COLUMNS: readonly Column<Attempt>[] = [
  { id: 'at', header: 'Began', cell: ({ at }) => <Time at={at} /> },
  { id: 'status', header: 'Status', cell: (attempt) => <StatusBadge status={statusOf(attempt)} /> },
  { id: 'answer', header: 'Answer', align: 'right', cell: ({ response_status: status }) => status ?? '–' },
  { id: 'error', header: 'Failed by', cell: ({ error }) => (error === null ? '–' : words(error)) },
  { id: 'took', header: 'Took', align: 'right', cell: ({ duration_ms: took }) => formatDuration(took) },
];

export function DeliveryAttempts({ delivery }: { readonly delivery: WebhookDelivery }) {
  return (
    <DataTable
      name="Attempts at the delivery"
      columns={COLUMNS}
      rows={attemptsOf(delivery)}
      rowKey={({ at }) => at}
      empty={<EmptyState title="No attempts">Nothing was posted yet.</EmptyState>}
    />
  );
}

/** Newest first. The last one is in no history while it is under way, nor where none was kept. */
function attemptsOf({ attempt_history: history, last_attempt: last }: WebhookDelivery): readonly Attempt[] {
  const ended = history.toReversed();
  return last === null || last.at === ended[0]?.at ? ended : [last, ...ended];
}

function statusOf({ duration_ms: took, error }: Attempt): string {
  if (took === null) return 'pending';
  return error === null ? 'delivered' : 'failed';
}
