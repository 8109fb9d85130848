/** The tables, as the queries see them. Migrations make them; nothing here is executed. */
import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';
import type { FigureFormat, Isolation, Output } from '../../shared/contracts/execution.ts';
import type { ApiKeyId, ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionStatus, ExitReason } from '../../shared/contracts/statuses.ts';

/** A time that the database sets unless it is given. */
type DefaultTime = ColumnType<Date, Date | undefined, Date>;
type LateTime = ColumnType<Date | null, Date | null | undefined, Date | null>;

export type OrganizationTable = {
  id: OrganizationId;
  name: string;
  created_at: DefaultTime;
};

export type ApiKeyTable = {
  id: ApiKeyId;
  organization_id: OrganizationId;
  name: string;
  /** The first characters of the key, for people to recognise it by. */
  prefix: string;
  /** Hexadecimal SHA-256 of the whole key; the key itself is stored nowhere. */
  sha256: string;
  created_at: DefaultTime;
  last_used_at: LateTime;
  revoked_at: LateTime;
  expires_at: LateTime;
};

export type ExecutionTable = {
  id: ExecutionId;
  organization_id: OrganizationId;
  status: ExecutionStatus;
  language: 'python';
  code: string;
  stdin: string;
  timeout_ms: number;
  memory_mb: number;
  isolation: Isolation;
  figure_format: ColumnType<FigureFormat, FigureFormat | undefined, FigureFormat>;
  metadata: JSONColumnType<Record<string, string>>;
  /** Size of code and stdin in UTF-8: what the bound on queued bytes counts. */
  input_bytes: number;
  /** How often the execution was dispatched; 1 before the first, which goes out without touching the row where it can. */
  generation: Generated<number>;
  /** Highest attempt that a worker told of, over all generations; 0 until then. */
  attempt: Generated<number>;
  /** Attempts of earlier generations: added to the attempts that workers count within this one. */
  attempt_offset: Generated<number>;
  /** How often a run was given up because its worker was gone and its job with it. */
  losses: Generated<number>;
  worker_id: string | null;
  exit_reason: ExitReason | null;
  /** Stored as a double: it holds every whole number that a report can. */
  exit_code: number | null;
  exit_signal: string | null;
  /** `json` and not `jsonb`: outputs may hold escaped NUL characters, which `jsonb` refuses. */
  outputs: ColumnType<Output[] | null, string | null | undefined, string | null>;
  truncated_stdout: Generated<boolean>;
  truncated_stderr: Generated<boolean>;
  truncated_outputs: Generated<boolean>;
  queue_ms: number | null;
  start_ms: number | null;
  wall_ms: number | null;
  cpu_ms: number | null;
  memory_peak_bytes: number | null;
  created_at: DefaultTime;
  /** Last time it was taken from the backlog; null while it waits there, and for one dispatched the moment it came. */
  dispatched_at: LateTime;
  started_at: LateTime;
  finished_at: LateTime;
  cancel_requested_at: LateTime;
  /** The request's span in the form of W3C Trace Context, for jobs that are queued after the request; null without traces. */
  traceparent: string | null;
};

export type IdempotencyKeyTable = {
  organization_id: OrganizationId;
  method: string;
  path: string;
  key: string;
  body_sha256: string;
  /** Null once the execution was deleted: the key still must not run the code a second time. */
  execution_id: ExecutionId | null;
  /** Whether the queue took the execution; until then it may still be refused and the key freed. */
  accepted: Generated<boolean>;
  created_at: DefaultTime;
};

export type Schema = {
  organizations: OrganizationTable;
  api_keys: ApiKeyTable;
  executions: ExecutionTable;
  idempotency_keys: IdempotencyKeyTable;
};

export type ExecutionRow = Selectable<ExecutionTable>;
/** What lists show: everything but code, input and outputs. */
export type ExecutionSummaryRow = Omit<ExecutionRow, 'code' | 'stdin' | 'outputs' | 'traceparent'>;
export type NewExecutionRow = Pick<
  Insertable<ExecutionTable>,
  | 'id'
  | 'organization_id'
  | 'language'
  | 'code'
  | 'stdin'
  | 'timeout_ms'
  | 'memory_mb'
  | 'isolation'
  | 'input_bytes'
  | 'traceparent'
> & { readonly figure_format: FigureFormat; readonly metadata: Readonly<Record<string, string>> };
