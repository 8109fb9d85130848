/** From a request to the row that stands for it, and to its job. Pure. */
import type { CreateExecution, Isolation } from '../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { InputFile } from '../../shared/contracts/input-file.ts';
import type { ExecutionJob, JobFile } from '../../shared/contracts/job.ts';
import type { DispatchRow } from '../store/dispatch-store.ts';
import type { ExecutionRow, NewExecutionRow } from '../store/schema.ts';
import type { Admitted } from './execution-quotas.ts';
import { tightestIsolation } from './isolation.ts';
import { inputBytes } from './quotas.ts';

/** What holds for executions whose request does not say. */
export type ExecutionDefaults = { readonly isolation: Isolation };

export type NewExecution = {
  readonly id: ExecutionId;
  readonly organizationId: OrganizationId;
  readonly input: CreateExecution;
  /** What the organization's quotas and settings leave of it. */
  readonly admitted: Admitted;
  readonly defaults: ExecutionDefaults;
  /** The response that has the code run. */
  readonly responseId?: ResponseId | undefined;
  /** What `input.files` asks for. */
  readonly files?: readonly InputFile[] | undefined;
  /** The request's span, where traces are sent. */
  readonly traceparent?: string | undefined;
};

export function newRow(execution: NewExecution): NewExecutionRow {
  const { id, organizationId, input, admitted, defaults, files, responseId, traceparent } = execution;
  return {
    id,
    organization_id: organizationId,
    language: input.language,
    code: input.code,
    stdin: input.stdin ?? '',
    timeout_ms: admitted.timeoutMs,
    memory_mb: admitted.memoryMib,
    isolation: tightestIsolation(defaults.isolation, admitted.isolation, input.isolation),
    figure_format: input.figure_format ?? 'png',
    metadata: input.metadata ?? {},
    response_id: responseId ?? null,
    files: files ?? [],
    callback_url: input.callback_url ?? null,
    input_bytes: inputBytes(input),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** The whole row as the database holds it right after the insert, without asking it. */
export function insertedRow(row: NewExecutionRow, createdAt: Date): ExecutionRow {
  return {
    ...NOTHING_YET,
    ...row,
    language: 'python',
    stdin: row.stdin,
    traceparent: row.traceparent ?? null,
    created_at: createdAt,
  };
}

/** A job before it is known where its files are to be read. */
export type UnsourcedJob = Omit<ExecutionJob, 'files'> & {
  readonly files?: readonly Omit<JobFile, 'source'>[];
};

/** A job of the row's current generation. */
export function toJob(row: DispatchRow): UnsourcedJob {
  const hasFiles = row.files.length > 0;
  return {
    version: hasFiles ? 2 : 1,
    execution_id: row.id,
    organization_id: row.organization_id,
    generation: row.generation,
    code: row.code,
    stdin: row.stdin,
    timeout_ms: row.timeout_ms,
    memory_mb: row.memory_mb,
    isolation: row.isolation,
    figure_format: row.figure_format,
    ...(hasFiles && {
      files: row.files.map(({ name, sha256, size_bytes }) => ({ name, sha256, size_bytes })),
    }),
    created_at_ms: row.created_at.getTime(),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  };
}

const NOTHING_YET = {
  status: 'queued',
  generation: 1,
  attempt: 0,
  attempt_offset: 0,
  losses: 0,
  worker_id: null,
  container_id: null,
  exit_reason: null,
  exit_code: null,
  exit_signal: null,
  outputs: null,
  truncated_stdout: false,
  truncated_stderr: false,
  truncated_outputs: false,
  queue_ms: null,
  start_ms: null,
  wall_ms: null,
  cpu_ms: null,
  memory_peak_bytes: null,
  dispatched_at: null,
  started_at: null,
  finished_at: null,
  cancel_requested_at: null,
  output_bytes: 0,
} as const;
