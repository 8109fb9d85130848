/** The measurements as a markdown table, and its place in the document that keeps it. Pure. */
import type { Summary } from './percentiles.ts';
import { ratioOf, type Floor, type Verdict } from './verdict.ts';

export type Row = {
  readonly name: string;
  readonly clients: number;
  readonly summary: Summary;
  readonly failed: number;
  readonly floor: Floor | null;
  readonly verdicts: readonly Verdict[];
  readonly note: string;
};

const HEADINGS = ['case', 'clients', 'n', 'failed', 'p50 ms', 'p95 ms', 'p99 ms', 'per s', 'floor', '× floor'];
const LAST_HEADINGS = ['target', 'note'];
const [BEGIN, END] = ['<!-- begin table -->', '<!-- end table -->'];

export function toTable(rows: readonly Row[]): string {
  const headings = [...HEADINGS, ...LAST_HEADINGS];
  const isText = (heading: string) => ['case', 'floor', ...LAST_HEADINGS].includes(heading);
  const lines = [headings, headings.map((heading) => (isText(heading) ? '---' : '--:')), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * The document with what stands between its two markers replaced.
 * @throws Error when a marker is missing
 */
export function withTable(document: string, content: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document lacks ${BEGIN} followed by ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${content}\n\n${document.slice(end)}`;
}

/** Three significant digits at most, none after the point from 100 on; – for what is not a number. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function cellsOf({ name, clients, summary, failed, floor, verdicts, note }: Row): string[] {
  const { count, p50Ms, p95Ms, p99Ms, perSecond } = summary;
  const numbers = [p50Ms, p95Ms, p99Ms, perSecond].map(figure);
  const counts = [clients, count, failed].map(String);
  return [
    ...[name, ...counts, ...numbers, floorText(floor), figure(ratioOf(summary, floor))],
    ...[verdicts.map(verdictText).join('; '), note],
  ];
}

function floorText(floor: Floor | null): string {
  if (floor === null) return '–';
  const values = [
    floor.p50Ms === null ? '' : `${figure(floor.p50Ms)} ms`,
    floor.perSecond === null ? '' : `${figure(floor.perSecond)}/s`,
  ];
  return `${values.filter((value) => value !== '').join(', ')} (${floor.what})`;
}

function verdictText({ target, value, met }: Verdict): string {
  const limit = String(target.limit);
  if (target.kind === 'use_max') {
    const wanted = `≤ ${limit} ${target.unit}`;
    return met ? `${wanted}: met` : `${wanted}: **missed** (${figure(value)})`;
  }
  const wanted = {
    p50_ratio_max: `p50 ≤ ${limit} × floor`,
    p50_over_ms_max: `p50 ≤ ${limit} ms over floor`,
    p50_ms_max: `p50 ≤ ${limit} ms`,
    p95_ms_max: `p95 ≤ ${limit} ms`,
    per_second_min: `≥ ${limit}/s`,
    per_second_ratio_min: `rate ≥ ${limit} × floor`,
  }[target.kind];
  return met ? `${wanted}: met` : `${wanted}: **missed** (${figure(value)})`;
}
