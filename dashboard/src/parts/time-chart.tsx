/** A chart over time. Alone in its file, so that the library for charts is loaded when one is shown. */
import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import { powersOfTen, type ChartRow } from './chart-row.ts';
import '@mantine/charts/styles.css';

export type Series = {
  readonly name: string;
  readonly label: string;
  readonly color: string;
  /** Lines differ by more than their colour. */
  readonly dashes?: string;
};

export type TimeChartProps = {
  readonly kind: 'area' | 'lines' | 'bars';
  readonly rows: readonly ChartRow[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Somebody clicked at this row. */
  readonly onPick: (row: ChartRow) => void;
};

const HEIGHT_PX = 210;
const Y_AXIS_PX = 72;
const TICK_GAP_PX = 40;
/** The topmost tick needs half of its height. */
const MARGIN = { top: 10, right: 12 };
/** More of them touch each other. */
const DOTS_MAX = 60;

export function TimeChart({ kind, rows, series, format, onPick }: TimeChartProps) {
  const common = {
    h: HEIGHT_PX,
    data: rows.map(({ label, values }) => ({ label, ...values })),
    dataKey: 'label',
    valueFormatter: format,
    withLegend: kind !== 'bars' && series.length > 1,
    legendProps: { verticalAlign: 'bottom' as const, height: 36 },
    yAxisProps: { width: Y_AXIS_PX, tickMargin: 4 },
    xAxisProps: { minTickGap: TICK_GAP_PX },
    // The words and the table beside the chart say what a screen reader needs.
    accessibilityLayer: false,
  };
  const lines = series.map(({ name, label, color, dashes }) => ({
    name,
    label,
    color,
    ...(dashes !== undefined && { strokeDasharray: dashes }),
  }));
  const onClick = ({ activeTooltipIndex }: { readonly activeTooltipIndex?: unknown }) => {
    const row = rows[Number(activeTooltipIndex ?? -1)];
    if (row !== undefined) onPick(row);
  };
  const chartProps = { onClick, margin: MARGIN, style: { cursor: 'pointer' } };
  if (kind === 'bars') return <BarChart {...common} type="stacked" series={lines} barChartProps={chartProps} />;
  if (kind === 'area')
    return <AreaChart {...common} series={lines} withDots={false} curveType="linear" areaChartProps={chartProps} />;
  // Of microseconds and of minutes: an axis in equal steps would show the longest alone.
  const ticks = powersOfTen(rows.flatMap(({ values }) => Object.values(values)));
  return (
    <LineChart
      {...common}
      series={lines}
      curveType="linear"
      yAxisProps={{ ...common.yAxisProps, scale: 'log', domain: [ticks.at(0) ?? 1, ticks.at(-1) ?? 1], ticks }}
      connectNulls={false}
      strokeWidth={1.8}
      withDots={rows.length <= DOTS_MAX}
      dotProps={{ r: 2 }}
      lineChartProps={chartProps}
    />
  );
}
