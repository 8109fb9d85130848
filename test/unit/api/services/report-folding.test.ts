import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldReports, gaveUp } from '../../../../api/services/report-folding.ts';
import { RunReport, type RunFinished } from '../../../../shared/contracts/result.ts';
import { EXIT_REASONS } from '../../../../shared/contracts/statuses.ts';

const base = fc.record({
  version: fc.constant(1 as const),
  execution_id: fc.constantFrom('a', 'b', 'c').map((letter) => `exec_${letter.repeat(20)}`),
  organization_id: fc.constant(`org_${'o'.repeat(20)}`),
  generation: fc.integer({ min: 1, max: 3 }),
  attempt: fc.integer({ min: 1, max: 3 }),
  worker_id: fc.string(),
  started_at_ms: fc.nat(),
});
const started = base.map((run) => RunReport.parse({ ...run, kind: 'started' }));
const finished = fc.tuple(base, fc.constantFrom(...EXIT_REASONS)).map(([run, reason]) =>
  RunReport.parse({
    ...run,
    kind: 'finished',
    finished_at_ms: 0,
    exit: { reason, code: null, signal: null },
    outputs: [],
    truncated: { stdout: false, stderr: false, outputs: false },
    usage: { queue_ms: 0, start_ms: 0, wall_ms: 0, cpu_ms: 0, memory_peak_bytes: 0 },
  }),
);
const reports = fc.array(fc.oneof(started, finished), { maxLength: 12 });

const endsOf = (batch: readonly RunReport[], id: string): RunFinished[] =>
  batch.flatMap((report) => (report.kind === 'finished' && report.execution_id === id ? [report] : []));

describe('report folding', () => {
  it('leaves at most one report of an execution, and one for each that was reported', () => {
    fc.assert(
      fc.property(reports, (batch) => {
        const folded = foldReports(batch);
        const ids = [...folded.finished, ...folded.started].map((report) => report.execution_id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ids)).toEqual(new Set(batch.map((report) => report.execution_id)));
      }),
    );
  });

  it('keeps the first end by the code itself, if there is one', () => {
    fc.assert(
      fc.property(reports, (batch) => {
        for (const kept of foldReports(batch).finished) {
          const first = endsOf(batch, kept.execution_id).find((report) => !gaveUp(report));
          if (first !== undefined) expect(kept).toBe(first);
        }
      }),
    );
  });

  it('else keeps one of the newest run', () => {
    fc.assert(
      fc.property(reports, (batch) => {
        for (const kept of foldReports(batch).finished.filter(gaveUp)) {
          for (const other of endsOf(batch, kept.execution_id)) {
            const isNewer =
              other.generation > kept.generation ||
              (other.generation === kept.generation && other.attempt > kept.attempt);
            expect(isNewer).toBe(false);
          }
        }
      }),
    );
  });
});
