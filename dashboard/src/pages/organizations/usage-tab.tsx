/** What an organization used, hour by hour or day by day. */
import { SegmentedControl, Stack } from '@mantine/core';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import type { OrganizationQuotas } from '../../../../shared/contracts/quotas.ts';
import type { UsageReport } from '../../../../shared/contracts/usage.ts';
import { useAsk } from '../../api/client-context.ts';
import type { ChartRow } from '../../parts/chart-row.ts';
import { ChartSection } from '../../parts/chart-section.tsx';
import { Fields } from '../../parts/fields.tsx';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';

const DEFAULTS = { granularity: 'day' };
const REFETCH_MS = 30_000;
const CHOICES = [
  { value: 'day', label: '30 days' },
  { value: 'hour', label: '24 hours' },
];
const seconds = (value: number) => formatDuration(value * 1_000);

type Bucket = UsageReport['data'][number];
type Chart = {
  readonly title: string;
  readonly series: readonly { readonly name: keyof Bucket; readonly label: string; readonly color: string }[];
  readonly format: (value: number) => string;
};

const CHARTS: readonly Chart[] = [
  { title: 'Executions', series: [{ name: 'executions', label: 'Ended', color: 'petrol.6' }], format: formatCount },
  { title: 'CPU time', series: [{ name: 'cpu_seconds', label: 'CPU time', color: 'petrol.6' }], format: seconds },
  {
    title: 'Input and output',
    series: [
      { name: 'input_bytes', label: 'Input', color: 'petrol.6' },
      { name: 'output_bytes', label: 'Output', color: 'orange.6' },
    ],
    format: formatBytes,
  },
  {
    title: 'Tokens of models',
    series: [
      { name: 'input_tokens', label: 'Read', color: 'petrol.6' },
      { name: 'output_tokens', label: 'Written', color: 'orange.6' },
    ],
    format: formatCount,
  },
];

export function UsageTab({ organization: { id } }: { readonly organization: Organization }) {
  const [{ granularity }, setState] = useUrlState(DEFAULTS);
  const path = `/organizations/${encodeURIComponent(id)}`;
  const quotas = useAsk<OrganizationQuotas>(`${path}/quotas`, { refetchMs: REFETCH_MS });
  const { data, error, refetch } = useAsk<UsageReport>(`${path}/usage`, {
    query: { granularity },
    refetchMs: REFETCH_MS,
  });
  return (
    <Stack gap="lg">
      <SegmentedControl
        aria-label="Time"
        data={CHOICES}
        value={granularity}
        style={{ alignSelf: 'flex-start' }}
        onChange={(value) => {
          setState({ granularity: value });
        }}
      />
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && <Totals totals={data.totals} storageBytes={quotas.data?.used.storage_bytes} />}
      <div className="organization-charts">
        {(error === null || data !== undefined) &&
          CHARTS.map((chart) => (
            <ChartSection
              key={chart.title}
              kind="bars"
              title={chart.title}
              series={chart.series}
              format={chart.format}
              rows={data && rowsOf(data, chart)}
              summary={`${chart.title}: ${data === undefined ? '' : summaryOf(data, chart)}`}
              empty="Nothing in this time."
            />
          ))}
      </div>
    </Stack>
  );
}

type TotalsProps = Pick<UsageReport, 'totals'> & { readonly storageBytes: number | undefined };

function Totals({ totals, storageBytes }: TotalsProps) {
  return (
    <Section title="In this time">
      <Fields
        fields={[
          { name: 'Executions', value: formatCount(totals.executions) },
          { name: 'CPU time', value: seconds(totals.cpu_seconds) },
          { name: 'Run time', value: seconds(totals.wall_seconds) },
          { name: 'Waited', value: seconds(totals.queue_seconds) },
          { name: 'Responses', value: formatCount(totals.responses) },
          { name: 'Tokens', value: formatCount(totals.input_tokens + totals.output_tokens) },
          { name: 'Stored now', value: formatBytes(storageBytes) },
        ]}
      />
    </Section>
  );
}

function summaryOf({ totals }: UsageReport, { series, format }: Chart): string {
  return series.map(({ name, label }) => `${label} ${format(numberOf(Reflect.get(totals, name)))}`).join(', ');
}

/** Days are those of UTC, hours those of whoever looks. */
function rowsOf({ granularity, data, organization_id: id }: UsageReport, { series }: Chart): ChartRow[] {
  return data.map((bucket) => {
    const query = new URLSearchParams({ organization_id: id, created_after: bucket.start, created_before: bucket.end });
    return {
      label: labelOf(new Date(bucket.start), granularity),
      link: `/executions?${query.toString()}`,
      values: Object.fromEntries(series.map(({ name }) => [name, numberOf(bucket[name])])),
    };
  });
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function labelOf(start: Date, granularity: UsageReport['granularity']): string {
  return granularity === 'day'
    ? start.toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
    : start.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
