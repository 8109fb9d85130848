/** How much of its quotas an organization uses now. */
import { useState } from 'react';
import type { OrganizationQueue } from '../../../../shared/contracts/operator-queue.ts';
import type { OrganizationQuotas, Quotas } from '../../../../shared/contracts/quotas.ts';
import type { UsageReport } from '../../../../shared/contracts/usage.ts';
import { useAsk } from '../../api/client-context.ts';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Section } from '../../parts/section.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';

const REFETCH_MS = 5_000;
const seconds = (value: number) => formatDuration(value * 1_000);

export function QuotaUse({ organizationId }: { readonly organizationId: string }) {
  const id = encodeURIComponent(organizationId);
  const [opened] = useState(() => new Date().toISOString());
  const quotas = useAsk<OrganizationQuotas>(`/organizations/${id}/quotas`, { refetchMs: REFETCH_MS });
  const queue = useAsk<OrganizationQueue>(`/queue/organizations/${id}`, { refetchMs: REFETCH_MS });
  const today = useAsk<UsageReport>(`/organizations/${id}/usage`, {
    query: { granularity: 'day', from: opened },
    refetchMs: REFETCH_MS,
  });
  const error = firstError([quotas, queue, today]);
  const { effective: limits, used } = quotas.data ?? {};
  return (
    <Section title="Use of its quotas">
      {error !== null && <ErrorState error={error} />}
      {limits === undefined && error === null && <LoadingState lines={4} />}
      {limits !== undefined && (
        <div className="organization-grid">
          {queue.data && <QueueMeters queue={queue.data} limits={limits} />}
          {today.data && (
            <Meter
              label="CPU time today (UTC)"
              used={ofLastDay(today.data)}
              limit={limits.cpu_seconds_per_day}
              format={seconds}
            />
          )}
          {used && (
            <Meter label="Storage" used={used.storage_bytes} limit={limits.storage_bytes_max} format={formatBytes} />
          )}
        </div>
      )}
    </Section>
  );
}

/** A page that stays open over midnight has asked for the day before too. */
function ofLastDay({ data }: UsageReport): number {
  return data.at(-1)?.cpu_seconds ?? 0;
}

function firstError(asked: readonly { readonly error: Error | null }[]): Error | null {
  return asked.map(({ error }) => error).find((error) => error !== null) ?? null;
}

type QueueProps = { readonly queue: OrganizationQueue; readonly limits: Quotas };

function QueueMeters({ queue, limits }: QueueProps) {
  return (
    <>
      <Meter label="Running" used={queue.in_flight} limit={limits.running_max} format={formatCount} />
      <Meter label="Queued" used={queue.queued} limit={limits.queued_max} format={formatCount} />
      <Meter label="Queued bytes" used={queue.queued_bytes} limit={limits.queued_bytes_max} format={formatBytes} />
    </>
  );
}
