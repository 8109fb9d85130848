/** A chart with its numbers: in words for those who do not see it, as a table for those who want them exactly. */
import { Button, Skeleton, Text } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { ChartRow } from './chart-row.ts';
import { PartBoundary } from './part-boundary.tsx';
import { Section } from './section.tsx';
import type { TimeChartProps } from './time-chart.tsx';
import './chart-section.css';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

const CHART_HEIGHT_PX = 210;

type Props = Omit<TimeChartProps, 'onPick' | 'rows'> & {
  readonly title: string;
  /** Null where it cannot be told; undefined while it is on its way. */
  readonly rows: readonly ChartRow[] | null | undefined;
  /** What the chart says, in a sentence. */
  readonly summary: string;
  /** Shown in place of a chart of nothing. */
  readonly empty: string;
  readonly children?: ReactNode;
};

export function ChartSection({ title, rows, children, ...chart }: Props) {
  const [isTable, setTable] = useState(false);
  return (
    <Section
      title={title}
      actions={
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={isTable ? <IconChartLine size={14} /> : <IconTable size={14} />}
          aria-label={isTable ? `${title}: show the chart` : `${title}: show the numbers`}
          onClick={() => {
            setTable(!isTable);
          }}
        >
          {isTable ? 'Chart' : 'Numbers'}
        </Button>
      }
    >
      {rows === undefined ? (
        <Skeleton height={CHART_HEIGHT_PX} />
      ) : (
        <ChartBody isTable={isTable} title={title} rows={rows} {...chart} />
      )}
      {children}
    </Section>
  );
}

type BodyProps = Omit<Props, 'rows' | 'children'> & {
  readonly rows: readonly ChartRow[] | null;
  readonly isTable: boolean;
};

function ChartBody({ isTable, rows, empty, title, summary, ...chart }: BodyProps) {
  const navigate = useNavigate();
  if (rows === null || rows.every(isEmpty)) {
    return (
      <div className="chart-empty">
        <Text size="sm" c="dimmed">
          {rows === null ? 'Not known while Redis or the database does not answer.' : empty}
        </Text>
      </div>
    );
  }
  if (isTable) return <ChartTable title={title} rows={rows} series={chart.series} format={chart.format} />;
  return (
    <PartBoundary fallback={<Text size="sm">The chart could not be drawn; its numbers are in the table.</Text>}>
      <div role="img" aria-label={summary} className="chart">
        <Suspense fallback={<Skeleton height={CHART_HEIGHT_PX} />}>
          <TimeChart {...chart} rows={rows} onPick={(row) => void navigate(row.link)} />
        </Suspense>
      </div>
    </PartBoundary>
  );
}

function isEmpty({ values }: ChartRow): boolean {
  return Object.values(values).every((value) => value === null || value === 0);
}

type TableProps = Pick<BodyProps, 'title' | 'series' | 'format'> & { readonly rows: readonly ChartRow[] };

/** Newest first; each leads to the executions behind it. */
function ChartTable({ title, rows, series, format }: TableProps) {
  return (
    <div className="chart-table" role="region" aria-label={`${title}, numbers`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map(({ name, label }) => (
              <th key={name} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((row) => (
            <tr key={row.link}>
              <th scope="row">
                <Link className="link numbers" to={row.link}>
                  {row.label}
                </Link>
              </th>
              {series.map(({ name }) => (
                <td key={name} className="numbers">
                  {cellOf(row.values[name], format)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellOf(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
