/** The charts of a time: how much, how long, and what failed. */
import { ColorSwatch, Group } from '@mantine/core';
import { Link } from 'react-router';
import type { Overview } from '../../../../shared/contracts/operator-overview.ts';
import { ChartSection } from '../../parts/chart-section.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { words } from '../../parts/status-badge.tsx';
import type { Series } from '../../parts/time-chart.tsx';
import { formatRate } from './now-tiles.tsx';
import { executionsLink, failureRows, failuresOf, openRows, rateRows, timeRows } from './series.ts';

type Props = { readonly overview: Overview | undefined };

const RATES: readonly Series[] = [
  { name: 'ended', label: 'Ended', color: 'petrol.5' },
  { name: 'started', label: 'Started', color: 'blue.5', dashes: '4 3' },
];

const OPEN: readonly Series[] = [{ name: 'open', label: 'Queued or running', color: 'petrol.5' }];

const PERCENTILES: readonly Series[] = [
  { name: 'p50', label: 'p50', color: 'petrol.5' },
  { name: 'p95', label: 'p95', color: 'yellow.7', dashes: '6 3' },
  { name: 'p99', label: 'p99', color: 'red.6', dashes: '2 3' },
];

const REASON_COLOURS: Readonly<Record<string, string>> = {
  exception: 'red.6',
  exit: 'orange.5',
  timed_out: 'yellow.6',
  out_of_memory: 'grape.5',
  output_limit: 'indigo.4',
  killed: 'pink.7',
  sandbox_lost: 'gray.6',
};

const OTHER_COLOUR = 'gray.6';

export function RateChart({ overview }: Props) {
  const ended = overview?.totals.ended;
  return (
    <ChartSection
      title="Executions per second"
      kind="area"
      rows={overview && rateRows(overview)}
      series={RATES}
      format={formatRate}
      summary={`Executions per second over the ${inWords(overview)}: ${formatCount(overview?.totals.started)} started, ${formatCount(ended)} ended.`}
      empty="Nothing ran in this time."
    />
  );
}

export function OpenChart({ overview }: Props) {
  const queue = overview?.now.queue;
  return (
    <ChartSection
      title="Queued or running"
      kind="area"
      rows={overview && openRows(overview)}
      series={OPEN}
      format={formatCount}
      summary={`Executions that waited or ran over the ${inWords(overview)}: now ${formatCount(queue?.queued)} wait and ${formatCount(queue?.in_flight)} are in flight.`}
      empty="Nothing waited or ran in this time."
    />
  );
}

export function TimesChart({ overview, of }: Props & { readonly of: 'queue_ms' | 'wall_ms' }) {
  const what = of === 'queue_ms' ? 'Wait' : 'Run time';
  const times = overview?.totals[of];
  return (
    <ChartSection
      title={of === 'queue_ms' ? 'Wait for a slot' : 'Run time'}
      kind="lines"
      rows={overview && timeRows(overview, of)}
      series={PERCENTILES}
      format={formatDuration}
      summary={`${what} over the ${inWords(overview)}: half within ${formatDuration(times?.p50)}, 95 of 100 within ${formatDuration(times?.p95)}, 99 of 100 within ${formatDuration(times?.p99)}.`}
      empty="Nothing ended in this time."
    />
  );
}

export function FailuresChart({ overview }: Props) {
  const failures = overview === undefined ? [] : failuresOf(overview.totals.by_exit_reason);
  const reasons = failures.map(({ reason }) => reason);
  const told = failures.map(({ reason, count }) => `${words(reason)} ${formatCount(count)}`);
  return (
    <ChartSection
      title="Failures by reason"
      kind="bars"
      rows={overview && failureRows(overview, reasons)}
      series={reasons.map((name) => ({ name, label: words(name), color: REASON_COLOURS[name] ?? OTHER_COLOUR }))}
      format={formatCount}
      summary={`Failures over the ${inWords(overview)}: ${told.join(', ')}.`}
      empty="Nothing failed in this time."
    >
      {overview !== undefined && failures.length > 0 && (
        <Group gap="sm" component="ul" className="reasons">
          {failures.map(({ reason, count }) => (
            <li key={reason}>
              <ColorSwatch component="span" size={10} color={colourOf(reason)} withShadow={false} aria-hidden />
              <Link className="link" to={executionsLink({ exit_reason: reason, created_after: overview.from })}>
                {words(reason)}
              </Link>
              <span className="numbers">{formatCount(count)}</span>
            </li>
          ))}
        </Group>
      )}
    </ChartSection>
  );
}

function colourOf(reason: string): string {
  return `var(--mantine-color-${(REASON_COLOURS[reason] ?? OTHER_COLOUR).replace('.', '-')})`;
}

function inWords(overview: Overview | undefined): string {
  return overview === undefined ? 'time' : `last ${overview.range}`;
}
