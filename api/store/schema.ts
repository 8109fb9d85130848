/** The tables, as the queries see them. Migrations make them; nothing here is executed. */
import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';
import type { FigureFormat, Isolation, Output } from '../../shared/contracts/execution.ts';
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import type { InputFile } from '../../shared/contracts/input-file.ts';
import type {
  ApiKeyId,
  AssistantId,
  ExecutionId,
  FileId,
  OrganizationId,
  ResponseId,
  WebhookDeliveryId,
  WebhookEndpointId,
} from '../../shared/contracts/ids.ts';
import type { OrganizationStatus, Scope } from '../../shared/contracts/organization.ts';
import type { QuotaOverrides } from '../../shared/contracts/quotas.ts';
import type { ExecutionStatus, ExitReason } from '../../shared/contracts/statuses.ts';
import type { ModelMessage } from '../models/model.ts';
import type { SaidOfTools } from '../services/responses/file-retrieval.ts';
import type { ModelStep, ResponseFault, ResponseStatus, StoredRequest } from '../services/responses/response-record.ts';
import type {
  DeliveryError,
  DeliveryStatus,
  EndedAttempt,
  EndpointStatus,
  SentEventType,
  WebhookEventType,
} from '../../shared/contracts/webhook.ts';
import type {
  AuditEntryTable,
  OperatorAccountTable,
  OperatorSessionTable,
  ServiceSettingTable,
} from './operator-schema.ts';
import type { DefaultTime, LateTime } from './times.ts';

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
  /** The model of its responses that name none. */
  default_model: string | null;
  /** Grows with every change of status, pause and quotas: the database sees to it. */
  settings_version: ColumnType<number, never, never>;
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
  /** Short id of the sandbox's container; null for runs of workers that did not tell. */
  container_id: string | null;
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
  /** The response that had the code run. */
  response_id: ColumnType<ResponseId | null, ResponseId | null | undefined, never>;
  /** The request's span in the form of W3C Trace Context, for jobs that are queued after the request; null without traces. */
  traceparent: string | null;
};

/** Content that an organization's files, or executions under way, refer to. */
export type BlobTable = {
  organization_id: OrganizationId;
  /** Hexadecimal, of the content. */
  sha256: string;
  size_bytes: number;
  /**
   * `reserved`: counted, its content is on its way; `stored`: files refer to it; `released`: no file does any more, and
   * its content goes with the last open execution that was given it.
   */
  state: 'reserved' | 'stored' | 'released';
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
  counted_at: DefaultTime;
};

export type UsageHourTable = Omit<UsageEntryTable, 'execution_id' | 'finished_at' | 'counted_at'> & {
  hour: Date;
  executions: number;
};

export type ResponseUsageHourTable = {
  organization_id: OrganizationId;
  hour: Date;
  responses: number;
  input_tokens: number;
  output_tokens: number;
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
  events: ColumnType<WebhookEventType[], readonly WebhookEventType[], readonly WebhookEventType[]>;
  status: ColumnType<EndpointStatus, EndpointStatus | undefined, EndpointStatus>;
  secret: string;
  previous_secret: string | null;
  previous_until: LateTime;
  /** Of the first failure since the last success. */
  failing_since: LateTime;
  created_at: DefaultTime;
};

export type WebhookDeliveryTable = {
  id: Generated<WebhookDeliveryId>;
  organization_id: OrganizationId;
  /** Null for the `callback_url` of an execution. */
  endpoint_id: WebhookEndpointId | null;
  /** What is bounded in how many attempts it gets at once: an endpoint, or one of a few shares of the other hosts. */
  receiver: string;
  /** Of the last attempt: an endpoint may be given another one. */
  url: string;
  event_type: SentEventType;
  /** What the event is about: one of both, or none for a test. */
  execution_id: ExecutionId | null;
  response_id: ResponseId | null;
  status: ColumnType<DeliveryStatus, undefined, DeliveryStatus>;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** No attempt begins after it. */
  retry_until: DefaultTime;
  /** An api process has taken it on until then, and is to be done with it by then. */
  claimed_until: LateTime;
  /** Whether the attempt is under way. */
  attempting: Generated<boolean>;
  last_attempt_at: LateTime;
  duration_ms: ColumnType<number | null, undefined, number | null>;
  response_status: ColumnType<number | null, undefined, number | null>;
  response_excerpt: ColumnType<string | null, undefined, string | null>;
  error: ColumnType<DeliveryError | null, undefined, DeliveryError | null>;
  /** The newest that have ended, the oldest of them first. */
  attempt_history: ColumnType<readonly EndedAttempt[], undefined, never>;
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
  execution_id: ColumnType<ExecutionId | null, ExecutionId | undefined, ExecutionId | null>;
  /** The same for a response; one of both. */
  response_id: ColumnType<ResponseId | null, ResponseId | undefined, ResponseId | null>;
  /** Whether the queue took the execution; until then it may still be refused and the key freed. */
  accepted: Generated<boolean>;
  created_at: DefaultTime;
};

export type AssistantTable = {
  id: AssistantId;
  organization_id: OrganizationId;
  name: string;
  instructions: Generated<string>;
  model: string | null;
  /** What it says of running code and of files; empty: nothing. */
  tools: JSONColumnType<SaidOfTools>;
  file_ids: ColumnType<FileId[], readonly FileId[] | undefined, readonly FileId[]>;
  temperature: number | null;
  output_tokens_max: number | null;
  /** Null: as many as the service grants. */
  steps_max: number | null;
  metadata: JSONColumnType<Record<string, string>>;
  created_at: DefaultTime;
  updated_at: DefaultTime;
};

export type ResponseTable = {
  id: ResponseId;
  organization_id: OrganizationId;
  assistant_id: AssistantId | null;
  previous_response_id: ResponseId | null;
  thread_id: string | null;
  model: string;
  status: ResponseStatus;
  background: boolean;
  request: JSONColumnType<StoredRequest>;
  /** What the request carried, without what came before it in the conversation. */
  input: JSONColumnType<ModelMessage[]>;
  /** What model and code added to it. */
  messages: JSONColumnType<ModelMessage[]>;
  items: JSONColumnType<ResponseItem[]>;
  steps: Generated<number>;
  model_steps: ColumnType<readonly ModelStep[], undefined, string>;
  input_tokens: Generated<number>;
  output_tokens: Generated<number>;
  fault: ColumnType<ResponseFault | null, string | null | undefined, string | null>;
  warnings: JSONColumnType<string[]>;
  metadata: JSONColumnType<Record<string, string>>;
  created_at: DefaultTime;
  started_at: LateTime;
  completed_at: LateTime;
  cancel_requested_at: LateTime;
  /** Told again and again by the process that makes the response. */
  heartbeat_at: DefaultTime;
  /** How often a process took it up: only the newest one may write. */
  attempt: Generated<number>;
  /** What was said before, for whoever makes it in the background; null for others, and after the end. */
  history: ColumnType<ModelMessage[] | null, string | null | undefined, string | null>;
};

/** The beginning of the code of what has ended, to be searched. */
export type ExecutionTextTable = { execution_id: ExecutionId; code: string };

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
  response_usage_hours: ResponseUsageHourTable;
  operator_accounts: OperatorAccountTable;
  operator_sessions: OperatorSessionTable;
  service_settings: ServiceSettingTable;
  execution_texts: ExecutionTextTable;
  webhook_secrets: WebhookSecretTable;
  webhook_endpoints: WebhookEndpointTable;
  webhook_deliveries: WebhookDeliveryTable;
  assistants: AssistantTable;
  responses: ResponseTable;
};

export type ExecutionRow = Selectable<ExecutionTable>;
/** What lists show: everything but code, input and outputs. */
export type ExecutionSummaryRow = Omit<ExecutionRow, 'code' | 'stdin' | 'outputs' | 'traceparent' | 'container_id'>;
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
> & {
  readonly figure_format: FigureFormat;
  readonly metadata: Readonly<Record<string, string>>;
  readonly response_id: ResponseId | null;
  readonly files: readonly InputFile[];
  readonly callback_url: string | null;
};
export type FileRow = Selectable<FileTable>;
export type NewFileRow = Omit<FileRow, 'created_at'>;

export type AssistantRow = Selectable<AssistantTable>;
export type ResponseRow = Omit<Selectable<ResponseTable>, 'history'>;
/** What lists show: everything but what was said. */
export type ResponseSummaryRow = Omit<ResponseRow, 'input' | 'messages' | 'items' | 'model_steps'>;
