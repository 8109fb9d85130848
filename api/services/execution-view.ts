/** From rows to what an organization sees. Pure. */
import type {
  Execution,
  ExecutionSummary,
  Output,
  ShownExit,
  TextStream,
  Usage,
} from '../../shared/contracts/execution.ts';
import { exitHint } from '../../shared/contracts/exit-hints.ts';
import type { ExecutionRow, ExecutionSummaryRow } from '../store/schema.ts';

export function toSummary(row: ExecutionSummaryRow): ExecutionSummary {
  return {
    id: row.id,
    object: 'execution',
    organization_id: row.organization_id,
    status: row.status,
    language: row.language,
    isolation: row.isolation,
    timeout_ms: row.timeout_ms,
    memory_mb: row.memory_mb,
    figure_format: row.figure_format,
    files: row.files.map(({ file_id, name, size_bytes }) => ({ file_id, name, size_bytes })),
    exit: toExit(row),
    truncated: { stdout: row.truncated_stdout, stderr: row.truncated_stderr, outputs: row.truncated_outputs },
    usage: toUsage(row),
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    attempt: row.attempt,
    metadata: row.metadata,
    response_id: row.response_id,
    ...(row.callback_url !== null && { callback_url: row.callback_url }),
  };
}

export function toExecution(row: ExecutionRow): Execution {
  const outputs = row.outputs ?? [];
  return {
    ...toSummary(row),
    code: row.code,
    stdout: joinText(outputs, 'stdout'),
    stderr: joinText(outputs, 'stderr'),
    outputs,
  };
}

/** What was written to one stream, in order. */
export function joinText(outputs: readonly Output[], stream: TextStream): string {
  return outputs.map((output) => (output.type === 'text' && output.stream === stream ? output.text : '')).join('');
}

/** The execution as it was when it was acknowledged, whatever became of it since. */
export function asQueued(summary: ExecutionSummary): ExecutionSummary {
  return {
    ...summary,
    status: 'queued',
    exit: null,
    truncated: { stdout: false, stderr: false, outputs: false },
    usage: null,
    started_at: null,
    finished_at: null,
    attempt: 0,
  };
}

function toExit({ exit_reason: reason, exit_code: code, exit_signal: signal }: ExecutionSummaryRow): ShownExit | null {
  if (reason === null) return null;
  const hint = exitHint(reason);
  return { reason, code, signal, ...(hint !== undefined && { hint }) };
}

/** Null for executions that no worker measured. */
function toUsage(row: ExecutionSummaryRow): Usage | null {
  const { queue_ms, start_ms, wall_ms, cpu_ms, memory_peak_bytes } = row;
  if (queue_ms === null || start_ms === null || wall_ms === null || cpu_ms === null) return null;
  return { queue_ms, start_ms, wall_ms, cpu_ms, memory_peak_bytes: memory_peak_bytes ?? 0 };
}
