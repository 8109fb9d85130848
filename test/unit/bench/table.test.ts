import { describe, expect, it } from '@jest/globals';
import { figure, toTable, withTable, type Row } from '../../../bench/table.ts';

const row: Row = {
  name: 'print',
  clients: 16,
  summary: { count: 300, p50Ms: 9.876, p95Ms: 12.34, p99Ms: 123.4, perSecond: 118 },
  failed: 2,
  floor: { what: 'no sandbox', p50Ms: 8, perSecond: null },
  verdicts: [
    { target: { kind: 'p50_ms_max', limit: 10 }, value: 9.876, met: true },
    { target: { kind: 'per_second_min', limit: 120 }, value: 118, met: false },
  ],
  note: 'noted',
};

const lastLine = (rows: readonly Row[]) => toTable(rows).split('\n').at(-1);

describe('benchmarks: table', () => {
  it('puts every figure of a case in its column', () => {
    expect(lastLine([row])).toBe(
      '| print | 16 | 300 | 2 | 9.88 | 12.3 | 123 | 118 | 8.00 ms (no sandbox) | 1.23 |' +
        ' p50 ≤ 10 ms: met; ≥ 120/s: **missed** (118) | noted |',
    );
  });

  it('has as many cells in every line', () => {
    const lines = toTable([row, { ...row, floor: null, verdicts: [] }]).split('\n');
    expect(lines.map((line) => line.split('|').length)).toEqual([14, 14, 14, 14]);
  });

  it('tells a rate as the floor where that is what there is', () => {
    const line = lastLine([{ ...row, floor: { what: 'churn', p50Ms: null, perSecond: 59 } }]);
    expect(line).toContain('| 59.0/s (churn) | 2.00 |');
  });

  it('shows a dash for what could not be measured', () => {
    expect([figure(null), figure(Number.NaN), figure(0)]).toEqual(['–', '–', '0.00']);
  });
});

describe('benchmarks: recorded table', () => {
  it('replaces what stands between the markers and nothing else', () => {
    const document = 'above\n<!-- begin table -->\nold\n<!-- end table -->\nbelow\n';
    const replaced = withTable(document, 'new');
    expect(replaced).toBe('above\n<!-- begin table -->\n\nnew\n\n<!-- end table -->\nbelow\n');
    expect(withTable(replaced, 'new')).toBe(replaced);
  });

  it.each(['no markers', '<!-- end table --> <!-- begin table -->'])('refuses a document with %s', (document) => {
    expect(() => withTable(document, 'new')).toThrow('the document lacks');
  });
});
