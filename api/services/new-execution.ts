/** From a request to the row that stands for it, and to its job. Pure. */
import type { CreateExecution, Isolation } from '../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import { MEMORY_MIB_DEFAULT, TIMEOUT_MS_MAX } from '../../shared/contracts/limits.ts';
import type { DispatchRow } from '../store/dispatch-store.ts';
import type { ExecutionRow, NewExecutionRow } from '../store/schema.ts';

/** What holds for executions whose request does not say. */
export type ExecutionDefaults = { readonly isolation: Isolation };

export type NewExecution = {
  readonly id: ExecutionId;
  readonly organizationId: OrganizationId;
  readonly input: CreateExecution;
  readonly defaults: ExecutionDefaults;
  /** The request's span, where traces are sent. */
  readonly traceparent?: string | undefined;
};

export function newRow({ id, organizationId, input, defaults, traceparent }: NewExecution): NewExecutionRow {
  const stdin = input.stdin ?? '';
  return {
    id,
    organization_id: organizationId,
    language: input.language,
    code: input.code,
    stdin,
    timeout_ms: input.timeout_ms ?? TIMEOUT_MS_MAX,
    memory_mb: input.memory_mb ?? MEMORY_MIB_DEFAULT,
    isolation: tighter(defaults.isolation, input.isolation ?? defaults.isolation),
    figure_format: input.figure_format ?? 'png',
    metadata: input.metadata ?? {},
    input_bytes: Buffer.byteLength(input.code) + Buffer.byteLength(stdin),
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

/** A job of the row's current generation. */
export function toJob(row: DispatchRow): ExecutionJob {
  return {
    version: 1,
    execution_id: row.id,
    organization_id: row.organization_id,
    generation: row.generation,
    code: row.code,
    stdin: row.stdin,
    timeout_ms: row.timeout_ms,
    memory_mb: row.memory_mb,
    isolation: row.isolation,
    figure_format: row.figure_format,
    created_at_ms: row.created_at.getTime(),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  };
}

function tighter(one: Isolation, other: Isolation): Isolation {
  return one === 'fresh' || other === 'fresh' ? 'fresh' : 'organization';
}

const NOTHING_YET = {
  status: 'queued',
  generation: 1,
  attempt: 0,
  attempt_offset: 0,
  losses: 0,
  worker_id: null,
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
  files: [],
  output_bytes: 0,
  callback_url: null,
} as const;
