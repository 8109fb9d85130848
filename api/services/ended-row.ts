/** The row that recording a result leaves, without asking the database for it. Pure. */
import type { RunFinished } from '../../shared/contracts/result.ts';
import { statusOf } from '../../shared/contracts/statuses.ts';
import type { ExecutionRow } from '../store/schema.ts';

/** What was recorded of an execution's end. */
export type RecordedEnd = {
  readonly report: RunFinished;
  /** Counted over all dispatches. */
  readonly attempt: number;
};

export function endedRow(row: ExecutionRow, { report, attempt }: RecordedEnd): ExecutionRow {
  const { exit, outputs, truncated, usage } = report;
  return {
    ...row,
    ...usage,
    status: statusOf(exit.reason),
    attempt,
    worker_id: report.worker_id,
    container_id: report.container_id ?? null,
    exit_reason: exit.reason,
    exit_code: exit.code,
    exit_signal: exit.signal,
    outputs,
    truncated_stdout: truncated.stdout,
    truncated_stderr: truncated.stderr,
    truncated_outputs: truncated.outputs,
    started_at: new Date(report.started_at_ms),
    finished_at: new Date(report.finished_at_ms),
  };
}
