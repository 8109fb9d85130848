/** From rows to what operators see of executions. Pure. */
import type { OperatorExecution, OperatorExecutionSummary } from '../../shared/contracts/operator-execution.ts';
import type { ExecutionRow, ExecutionSummaryRow } from '../store/schema.ts';
import { toExecution, toSummary } from './execution-view.ts';

export function toOperatorSummary(row: ExecutionSummaryRow): OperatorExecutionSummary {
  return { ...toSummary(row), ...carriageOf(row) };
}

export function toOperatorExecution(row: ExecutionRow): OperatorExecution {
  return { ...toExecution(row), ...carriageOf(row), container_id: row.container_id, stdin: row.stdin };
}

function carriageOf(row: ExecutionSummaryRow) {
  return {
    worker_id: row.worker_id,
    generation: row.generation,
    losses: row.losses,
    input_bytes: row.input_bytes,
    output_bytes: row.output_bytes,
    dispatched_at: row.dispatched_at?.toISOString() ?? null,
    cancel_requested_at: row.cancel_requested_at?.toISOString() ?? null,
  };
}
