import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { NO_OUTPUTS, withOutput } from '../../../dashboard/src/outputs/live-outputs.ts';
import { mediaTypesOf } from '../../../dashboard/src/outputs/media-types.ts';
import { cellText, compareCells, parseTableResource } from '../../../dashboard/src/outputs/table-resource.ts';
import { formatAge, formatBytes, formatDuration, formatShare } from '../../../dashboard/src/parts/format.ts';
import { quoted } from '../../../dashboard/src/pages/execution/curl-command.ts';
import { stationsOf } from '../../../dashboard/src/pages/execution/timeline.ts';
import { fromLocalInput, searchChange, toLocalInput } from '../../../dashboard/src/pages/executions/filters.ts';

const text = (attempt: number, shown: string) =>
  ({ attempt, output: { type: 'text', stream: 'stdout', text: shown } }) as const;

describe('dashboard: live outputs', () => {
  it('joins neighbouring texts of one stream', () => {
    const live = [text(1, 'a'), text(1, 'b')].reduce(withOutput, NO_OUTPUTS);
    expect(live.outputs).toEqual([text(1, 'ab').output]);
  });

  it('forgets what an attempt showed that was lost', () => {
    const live = [text(1, 'a'), text(2, 'b'), text(1, 'late')].reduce(withOutput, NO_OUTPUTS);
    expect(live).toEqual({ attempt: 2, outputs: [text(2, 'b').output] });
  });
});

describe('dashboard: forms of a value', () => {
  it('shows the richest first, and nothing that it does not know', () => {
    expect(mediaTypesOf({ 'text/plain': '', 'text/html': '', 'image/png': '', 'application/javascript': '' })).toEqual([
      'image/png',
      'text/html',
      'text/plain',
    ]);
  });
});

describe('dashboard: tables', () => {
  it('reads cells by the order of the columns, whatever these are called', () => {
    const json =
      '{"shape":[9,2],"schema":{"fields":[{"name":"__proto__"},{"name":"a.b"}]},"data":[{"__proto__":1,"a.b":"x"}]}';
    expect(parseTableResource(json)).toMatchObject({ rows: [[1, 'x']], shape: { rows: 9, columns: 2 } });
  });

  it('sorts numbers by size, and what is missing last', () => {
    expect([10, null, 9, ''].sort(compareCells).map(cellText)).toEqual(['9', '10', '', '']);
  });
});

describe('dashboard: numbers', () => {
  it.each([
    [0, '0 ms'],
    [0.34, '340 µs'],
    [4.04, '4.0 ms'],
    [999, '999 ms'],
    [1_234, '1.23 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [null, '–'],
  ])('shows a duration of %p ms as %p', (durationMs, shown) => {
    expect(formatDuration(durationMs)).toBe(shown);
  });

  it('shows bytes, ages and shares in few characters', () => {
    expect([formatBytes(0), formatBytes(1_536), formatBytes(512 * 1024 ** 2)]).toEqual(['0 B', '1.5 KiB', '512 MiB']);
    expect([formatAge(500), formatAge(90_000), formatAge(3 * 3_600_000)]).toEqual(['now', '1 min ago', '3 h ago']);
    expect([formatShare(0.004), formatShare(0.5), formatShare(0)]).toEqual(['0.4 %', '50 %', '0 %']);
  });
});

describe('dashboard: timeline', () => {
  it('tells what lay between two stations that were reached', () => {
    const at = (ms: number) => new Date(1_000_000 + ms).toISOString();
    const stations = stationsOf({
      created_at: at(0),
      dispatched_at: null,
      started_at: at(30),
      finished_at: at(130),
      cancel_requested_at: null,
      status: 'completed',
      usage: { queue_ms: 20, start_ms: 10, wall_ms: 100, cpu_ms: 90, memory_peak_bytes: 1 },
    });
    expect(stations.map(({ name, tookMs }) => [name, tookMs])).toEqual([
      ['Queued', null],
      ['Taken by a worker', 20],
      ['Started', 10],
      ['Finished', 100],
    ]);
  });
});

describe('dashboard: curl', () => {
  it('quotes a text so that a shell hands it on unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', 'a', '!', ' ') }), (given) => {
        const { stdout } = spawnSync('sh', ['-c', `printf %s ${quoted(given)}`], { encoding: 'utf8' });
        expect(stdout).toBe(given);
      }),
      { numRuns: 30 },
    );
  });
});

describe('dashboard: filters of executions', () => {
  it('takes an id for an id, and everything else for text in the code', () => {
    const id = 'exec_0123456789abcdefghij';
    expect([searchChange(` ${id} `), searchChange('exec_1')]).toEqual([
      { id, text: '' },
      { id: '', text: 'exec_1' },
    ]);
  });

  it('keeps a moment to the minute through the field of the browser', () => {
    const at = '2026-03-01T12:34:00.000Z';
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
    expect([toLocalInput('no time'), fromLocalInput('')]).toEqual(['', '']);
  });
});
