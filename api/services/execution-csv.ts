/** Executions as a table that programs for tables open. Pure. */
import type { OperatorExecutionSummary } from '../../shared/contracts/operator-execution.ts';

type Cell = string | number | null | undefined;

const COLUMNS: readonly (readonly [string, (execution: OperatorExecutionSummary) => Cell])[] = [
  ['id', ({ id }) => id],
  ['organization_id', (execution) => execution.organization_id],
  ['status', ({ status }) => status],
  ['exit_reason', ({ exit }) => exit?.reason],
  ['exit_code', ({ exit }) => exit?.code],
  ['exit_signal', ({ exit }) => exit?.signal],
  ['worker_id', (execution) => execution.worker_id],
  ['attempt', ({ attempt }) => attempt],
  ['generation', ({ generation }) => generation],
  ['losses', ({ losses }) => losses],
  ['created_at', (execution) => execution.created_at],
  ['started_at', (execution) => execution.started_at],
  ['finished_at', (execution) => execution.finished_at],
  ['queue_ms', ({ usage }) => usage?.queue_ms],
  ['start_ms', ({ usage }) => usage?.start_ms],
  ['wall_ms', ({ usage }) => usage?.wall_ms],
  ['cpu_ms', ({ usage }) => usage?.cpu_ms],
  ['memory_peak_bytes', ({ usage }) => usage?.memory_peak_bytes],
  ['input_bytes', (execution) => execution.input_bytes],
  ['output_bytes', (execution) => execution.output_bytes],
  ['timeout_ms', (execution) => execution.timeout_ms],
  ['memory_mb', (execution) => execution.memory_mb],
  ['isolation', ({ isolation }) => isolation],
  ['response_id', (execution) => execution.response_id],
  ['metadata', ({ metadata }) => (Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata))],
];

/** What a program for tables would take for a formula, and run, is made a text by a quote before it. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

export const CSV_HEAD = toLine(COLUMNS.map(([name]) => name));

export function toCsvLine(execution: OperatorExecutionSummary): string {
  return toLine(COLUMNS.map(([, cellOf]) => cellOf(execution)));
}

/** As RFC 4180 has it. */
export function toLine(cells: readonly Cell[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

function toCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell); // a negative number is none
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
