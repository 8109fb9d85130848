import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import type { WebhookDelivery } from '../../../../shared/contracts/webhook.ts';
import { useAsk } from '../../api/client-context.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge, words } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import type { CursorPage } from '../../parts/use-cursor-list.ts';
import { isOpen } from '../executions/use-live-executions.ts';

const COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'url', header: 'To', cell: ({ url }) => <span className="cell-text">{url}</span> },
  { id: 'event', header: 'Event', cell: ({ event_type: type }) => <span className="mono nowrap">{type}</span> },
  { id: 'attempts', header: 'Attempts', align: 'right', cell: ({ attempts }) => formatCount(attempts) },
  { id: 'answer', header: 'Last answer', cell: (row) => answerOf(row) },
  { id: 'took', header: 'Took', align: 'right', cell: (row) => formatDuration(row.last_attempt?.duration_ms) },
  { id: 'at', header: 'Last attempt', cell: (row) => <Time at={row.last_attempt?.at} /> },
  { id: 'next', header: 'Next', cell: (row) => <Time at={row.next_attempt_at} /> },
  { id: 'id', header: 'Delivery', hidden: true, cell: ({ id }) => <IdLink id={id} /> },
];

const REFETCH_MS = 5_000;

/** What was posted to the organization's receivers about it. */
export function DeliveriesSection({ execution }: { readonly execution: OperatorExecution }) {
  const path = `/organizations/${encodeURIComponent(execution.organization_id)}/webhooks/deliveries`;
  const { data, error } = useAsk<CursorPage<WebhookDelivery>>(path, {
    query: { execution_id: execution.id, limit: 50 },
    refetchMs: REFETCH_MS,
    enabled: !isOpen(execution),
  });
  // Most executions are posted nowhere: there is nothing to say about that.
  if (error === null && (data === undefined || data.data.length === 0)) return null;
  return (
    <Section title="Webhook deliveries" flush>
      <DataTable
        name="Webhook deliveries"
        columns={COLUMNS}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        empty={null}
      />
    </Section>
  );
}

function answerOf({ last_attempt: last }: WebhookDelivery) {
  if (last === null) return '–';
  const failure = last.error === null ? '' : words(last.error);
  return (
    <span title={last.response_excerpt ?? undefined}>
      {[last.response_status, failure].filter((part) => part !== null && part !== '').join(' · ') || '–'}
    </span>
  );
}
