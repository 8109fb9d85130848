/** From a batch of reports to at most one of each kind per execution, as one statement can record them. Pure. */
import type { RunFinished, RunReport, RunStarted } from '../../shared/contracts/result.ts';

export type FoldedReports = { readonly finished: RunFinished[]; readonly started: RunStarted[] };

/**
 * Of several ends the first by the code itself counts, else the newest in which a run only gave up; starts of
 * executions that end in the same batch are left out, of others the newest counts.
 */
export function foldReports(reports: readonly RunReport[]): FoldedReports {
  const finished = new Map<string, RunFinished>();
  const started = new Map<string, RunStarted>();
  for (const report of reports) {
    const id = report.execution_id;
    if (report.kind === 'finished') finished.set(id, betterEnd(finished.get(id), report));
    else started.set(id, newer(started.get(id), report));
  }
  for (const id of finished.keys()) started.delete(id);
  return { finished: [...finished.values()], started: [...started.values()] };
}

/** Whether the report says nothing of the code, only that a run was given up. */
export function gaveUp(report: RunFinished): boolean {
  return report.exit.reason === 'sandbox_lost' || report.exit.reason === 'cancelled';
}

function betterEnd(known: RunFinished | undefined, next: RunFinished): RunFinished {
  if (known === undefined) return next;
  if (!gaveUp(known)) return known;
  return gaveUp(next) ? newer(known, next) : next;
}

function newer<T extends { generation: number; attempt: number }>(known: T | undefined, next: T): T {
  if (known === undefined || next.generation > known.generation) return next;
  return next.generation === known.generation && next.attempt > known.attempt ? next : known;
}
