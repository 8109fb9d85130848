/** Where results of an organization are posted to, and the log of it. */
import { Select, Stack } from '@mantine/core';
import { useMemo } from 'react';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../../../shared/contracts/webhook.ts';
import { useAsk } from '../../api/client-context.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { DeliveryActions } from './delivery-actions.tsx';

const DEFAULTS = { status: '', event_type: '', endpoint_id: '' };
const STATUSES = ['pending', 'delivered', 'failed'];
const EVENTS = [
  ...['execution.completed', 'execution.failed', 'execution.cancelled', 'response.completed'],
  ...['response.incomplete', 'response.failed', 'response.cancelled', 'webhook.test'],
];
const REFETCH_MS = 5_000;

const url = ({ url: text }: { readonly url: string }) => (
  <span className="cell-text" title={text}>
    {text}
  </span>
);

const ENDPOINT_COLUMNS: readonly Column<WebhookEndpoint>[] = [
  { id: 'url', header: 'Address', cell: url },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'about', header: 'Description', cell: ({ description }) => <span className="cell-text">{description}</span> },
  {
    id: 'events',
    header: 'Events',
    align: 'right',
    cell: ({ events }) => <span title={events.join(', ')}>{formatCount(events.length)}</span>,
  },
  { id: 'failing', header: 'Failing since', cell: ({ failing_since: at }) => <Time at={at} /> },
  { id: 'created', header: 'Created', cell: ({ created_at: at }) => <Time at={at} /> },
  { id: 'id', header: 'Id', hidden: true, cell: ({ id }) => <IdLink id={id} /> },
];

const DELIVERY_COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'event', header: 'Event', cell: ({ event_type: type }) => <span className="mono nowrap">{type}</span> },
  { id: 'url', header: 'To', cell: url },
  { id: 'about', header: 'About', cell: (row) => <IdLink id={row.execution_id ?? row.response_id} /> },
  { id: 'attempts', header: 'Attempts', align: 'right', cell: ({ attempts }) => formatCount(attempts) },
  { id: 'answer', header: 'Answer', align: 'right', cell: (row) => row.last_attempt?.response_status ?? '–' },
  {
    id: 'took',
    header: 'Took',
    align: 'right',
    hidden: true,
    cell: (row) => formatDuration(row.last_attempt?.duration_ms),
  },
  { id: 'at', header: 'Last attempt', cell: (row) => <Time at={row.last_attempt?.at} /> },
  { id: 'next', header: 'Next', hidden: true, cell: ({ next_attempt_at: at }) => <Time at={at} /> },
];

export function WebhooksTab({ organization: { id } }: { readonly organization: Organization }) {
  const path = `/organizations/${encodeURIComponent(id)}/webhooks`;
  const endpoints = useAsk<{ readonly data: readonly WebhookEndpoint[] }>(path);
  return (
    <Stack gap="lg">
      <Section title="Endpoints" flush>
        <DataTable
          name="Webhook endpoints"
          columns={ENDPOINT_COLUMNS}
          rows={endpoints.data?.data}
          rowKey={(endpoint) => endpoint.id}
          error={endpoints.error}
          onRetry={() => void endpoints.refetch()}
          empty={<EmptyState title="No endpoints">The organization makes them with a key of its own.</EmptyState>}
        />
      </Section>
      <Deliveries path={`${path}/deliveries`} endpoints={endpoints.data?.data ?? []} />
    </Stack>
  );
}

type DeliveriesProps = { readonly path: string; readonly endpoints: readonly WebhookEndpoint[] };

function Deliveries({ path, endpoints }: DeliveriesProps) {
  const [filters, setFilters] = useUrlState(DEFAULTS);
  const list = useCursorList<WebhookDelivery>(path, { query: filters, refetchMs: REFETCH_MS });
  const columns = useMemo<readonly Column<WebhookDelivery>[]>(
    () => [
      ...DELIVERY_COLUMNS,
      { id: 'actions', header: 'Actions', cell: (row) => <DeliveryActions delivery={row} path={path} /> },
    ],
    [path],
  );
  const choices = [
    { name: 'status', label: 'Any status', data: STATUSES },
    { name: 'event_type', label: 'Any event', data: EVENTS },
    { name: 'endpoint_id', label: 'Any endpoint', data: endpoints.map((one) => ({ value: one.id, label: one.url })) },
  ] as const;
  return (
    <Section title="Deliveries" flush>
      <DataTable
        name="Webhook deliveries of the organization"
        columns={columns}
        rows={list.rows}
        rowKey={(delivery) => delivery.id}
        error={list.error}
        onRetry={list.refetch}
        toolbar={choices.map(({ name, label, data }) => (
          <Select
            key={name}
            aria-label={label}
            placeholder={label}
            clearable
            data={[...data]}
            value={filters[name] === '' ? null : filters[name]}
            onChange={(value) => {
              setFilters({ [name]: value ?? '' });
            }}
          />
        ))}
        footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
        empty={<EmptyState title="No deliveries">Nothing was posted that fits.</EmptyState>}
      />
    </Section>
  );
}
