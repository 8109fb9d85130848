/** The closed set of what the service can fail at, and the one envelope that tells of it. Pure. */
import { z } from 'zod';

/** HTTP status by code: a code without a status does not compile. */
export const ERROR_STATUS = {
  MALFORMED_REQUEST: 400,
  INVALID_JSON: 400,
  INVALID_MULTIPART: 400,
  INVALID_API_KEY: 401,
  INVALID_ADMIN_TOKEN: 401,
  INVALID_LOGIN: 401,
  SESSION_ENDED: 401,
  ORGANIZATION_ACCESS_DENIED: 403,
  INSUFFICIENT_PERMISSIONS: 403,
  CSRF_TOKEN_INVALID: 403,
  ORGANIZATION_SUSPENDED: 403,
  TOOL_NOT_AVAILABLE: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  EXECUTION_ENDED: 409,
  EXECUTION_RUNNING: 409,
  RESPONSE_ENDED: 409,
  RESPONSE_RUNNING: 409,
  IDEMPOTENCY_CONFLICT: 409,
  TOO_MANY_ASSISTANTS: 409,
  ACCOUNT_EXISTS: 409,
  TOO_MANY_ACCOUNTS: 409,
  LAST_ADMIN: 409,
  SETUP_DONE: 409,
  API_KEY_ENDED: 409,
  TOO_MANY_API_KEYS: 409,
  TOO_MANY_WEBHOOK_ENDPOINTS: 409,
  ORGANIZATION_DELETING: 409,
  PAYLOAD_TOO_LARGE: 413,
  STORAGE_QUOTA_EXCEEDED: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  VALIDATION_ERROR: 422,
  RATE_LIMITED: 429,
  REQUESTS_PER_MINUTE_EXCEEDED: 429,
  REQUESTS_PER_DAY_EXCEEDED: 429,
  CPU_SECONDS_PER_DAY_EXCEEDED: 429,
  QUEUE_FULL: 429,
  TOO_MANY_STREAMS: 429,
  TOO_MANY_RESPONSES: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  QUEUE_UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
  STORAGE_FULL: 503,
  FILE_STORAGE_UNAVAILABLE: 503,
  NO_WORKER: 503,
  MODEL_NOT_CONFIGURED: 503,
  SHUTTING_DOWN: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

const ERROR_TYPES = { 401: 'authentication_error', 403: 'permission_error', 429: 'rate_limit_error' } as const;

/** The coarse kind of an error, for clients that branch on kinds rather than codes. */
export function errorType(code: ErrorCode): string {
  const status = ERROR_STATUS[code];
  if (status >= 500) return 'server_error';
  return Object.entries(ERROR_TYPES).find(([known]) => Number(known) === status)?.[1] ?? 'invalid_request_error';
}

export type AppErrorOptions = {
  /** Path of the field at fault, as `metadata.color`. */
  readonly param?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whole seconds for `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/** The one error class: what the service refuses or fails at. What user code does is data, never this. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.param = options.param ?? null;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

// Registered rather than described by `meta`, which copies: the value refers to itself.
export const JsonValue = z.json().register(z.globalRegistry, { id: 'JsonValue', description: 'Any JSON value.' });

export const ErrorEnvelope = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      status: z.int(),
      details: z.record(z.string(), JsonValue),
      trace_id: z.string(),
      timestamp: z.iso.datetime(),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorEnvelope = z.infer<typeof ErrorEnvelope>;
