/** The tables, as the queries see them. Migrations make them; nothing here is executed. */
import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';
import type { FigureFormat, Isolation, Output } from '../../shared/contracts/execution.ts';
import type { InputFile } from '../../shared/contracts/input-file.ts';
import type { ApiKeyId, ExecutionId, FileId, OrganizationId, WebhookEndpointId } from '../../shared/contracts/ids.ts';
import type { OrganizationStatus, Scope } from '../../shared/contracts/organization.ts';
import type { QuotaOverrides } from '../../shared/contracts/quotas.ts';
import type { ExecutionStatus, ExitReason } from '../../shared/contracts/statuses.ts';

/** A time that the database sets unless it is given. */
type DefaultTime = ColumnType<Date, Date | undefined, Date>;
type LateTime = ColumnType<Date | null, Date | null | undefined, Date | null>;

export type OrganizationTable = {
  id: OrganizationId;
  name: string;
  status: ColumnType<OrganizationStatus, OrganizationStatus | undefined, OrganizationStatus>;
  /** Whether its code may run: availability may vary by plan. */
  interpreter: Generated<boolean>;
  /** Whether its queued executions are held back. */
  queue_paused: Generated<boolean>;
  /** Null: what the service is set to. */
  isolation: Isolation | null;
  /** What differs from the service's defaults. */
  quotas: ColumnType<QuotaOverrides, string | undefined, string>;
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
  scopes: ColumnType<Scope[], readonly Scope[] | undefined, readonly Scope[]>;
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
  /** Files of the organization that the code finds at `/mnt/data`. */
  files: ColumnType<readonly InputFile[], string | undefined, never>;
  /** Of the outputs as they are stored. */
  output_bytes: Generated<number>;
  callback_url: string | null;
  /** The request's span in the form of W3C Trace Context, for jobs that are queued after the request; null without traces. */
  traceparent: string | null;
};

/** Who did what, from where, to what. Append only: the database refuses changes. Ids alone, nothing of a tenant's content. */
export type AuditEntryTable = {
  id: Generated<string>;
  at: DefaultTime;
  actor_type: 'operator' | 'key' | 'service' | 'unknown';
  actor_id: string | null;
  address: string | null;
  request_id: string | null;
  action: string;
  outcome: 'done' | 'denied' | 'failed';
  organization_id: string | null;
  target_id: string | null;
  details: ColumnType<Readonly<Record<string, unknown>>, string | undefined, never>;
};

/** Content that an organization's files, or executions under way, refer to. */
export type BlobTable = {
  organization_id: OrganizationId;
  /** Hexadecimal, of the content. */
  sha256: string;
  size_bytes: number;
  created_at: DefaultTime;
};

export type FileTable = {
  id: FileId;
  organization_id: OrganizationId;
  sha256: string;
  name: string;
  mime_type: string;
  purpose: string;
  size_bytes: number;
  /** The key it was uploaded with. */
  created_by: string | null;
  created_at: DefaultTime;
};

/** Keeps a blob while an execution that was given it is open, also when its file is deleted meanwhile. */
export type ExecutionFileTable = { execution_id: ExecutionId; organization_id: OrganizationId; sha256: string };

export type UsageEntryTable = {
  execution_id: ExecutionId;
  organization_id: OrganizationId;
  finished_at: Date;
  exit_reason: ExitReason;
  cpu_ms: number;
  wall_ms: number;
  queue_ms: number;
  input_bytes: number;
  output_bytes: number;
};

export type UsageHourTable = Omit<UsageEntryTable, 'execution_id' | 'finished_at'> & {
  hour: Date;
  executions: number;
};

export type WebhookSecretTable = {
  organization_id: OrganizationId;
  secret: string;
  previous_secret: string | null;
  previous_until: Date | null;
};

export type WebhookEndpointTable = {
  id: WebhookEndpointId;
  organization_id: OrganizationId;
  url: string;
  description: Generated<string>;
  events: string[];
  /** `failing`: switched off by the service after days without a delivery. */
  status: ColumnType<'enabled' | 'disabled' | 'failing', 'enabled' | undefined, 'enabled' | 'disabled' | 'failing'>;
  secret: string;
  previous_secret: string | null;
  previous_until: LateTime;
  failing_since: LateTime;
  created_at: DefaultTime;
};

export type WebhookDeliveryTable = {
  id: Generated<string>;
  organization_id: OrganizationId;
  /** Null for the `callback_url` of an execution. */
  endpoint_id: WebhookEndpointId | null;
  url: string;
  event_type: string;
  /** What the event is about: an execution. */
  subject_id: string;
  status: ColumnType<'pending' | 'delivered' | 'failed', undefined, 'pending' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  next_attempt_at: LateTime;
  last_attempt_at: LateTime;
  response_status: number | null;
  response_excerpt: string | null;
  error: string | null;
  created_at: DefaultTime;
  delivered_at: LateTime;
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
  audit_entries: AuditEntryTable;
  blobs: BlobTable;
  files: FileTable;
  execution_files: ExecutionFileTable;
  usage_entries: UsageEntryTable;
  usage_hours: UsageHourTable;
  webhook_secrets: WebhookSecretTable;
  webhook_endpoints: WebhookEndpointTable;
  webhook_deliveries: WebhookDeliveryTable;
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
