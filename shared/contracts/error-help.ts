/** What a client can do about each error: written into docs/errors.md. Pure. */
import type { ErrorCode } from './errors.ts';

export type ErrorHelp = {
  readonly when: string;
  /** Whether the same request may succeed later; `wait`: after the seconds in `Retry-After`. */
  readonly retry: 'no' | 'wait' | 'once';
  readonly action: string;
};

/** A code without help does not compile. */
export const ERROR_HELP: Readonly<Record<ErrorCode, ErrorHelp>> = {
  MALFORMED_REQUEST: {
    when: 'What was sent is not a valid HTTP request.',
    retry: 'no',
    action: 'Use an HTTP client library; look for what stands between it and the service.',
  },
  INVALID_JSON: {
    when: 'The body is empty, broken off or not JSON.',
    retry: 'no',
    action: 'Send one JSON object in UTF-8.',
  },
  INVALID_MULTIPART: {
    when: 'The body of an upload breaks off, or is not the `multipart/form-data` that its header announces.',
    retry: 'once',
    action: 'Let an HTTP client library write the body; send it whole.',
  },
  INVALID_API_KEY: {
    when: 'The key is missing, unknown, revoked or expired; the four are told alike.',
    retry: 'no',
    action: 'Send `Authorization: Bearer ak_…` or `X-API-Key` with a key that is valid.',
  },
  INVALID_ADMIN_TOKEN: {
    when: 'A call below `/admin` came without the operators’ token, or with a wrong one.',
    retry: 'no',
    action: 'Send `Authorization: Bearer` with the value of `ADMIN_TOKEN`.',
  },
  INVALID_LOGIN: {
    when: 'No account has this name and password, or it is disabled.',
    retry: 'no',
    action: 'Check both. An admin can set a new password; with `ADMIN_TOKEN` so can whoever runs the service.',
  },
  SESSION_ENDED: {
    when: 'The session of the cookie has ended: it expired, was not used for long, or was ended.',
    retry: 'no',
    action: 'Log in again.',
  },
  CSRF_TOKEN_INVALID: {
    when: 'A call with a session’s cookie would change something and lacks the session’s token, or came from another site.',
    retry: 'no',
    action: 'Send `x-csrf-token` with what `GET /admin/api/session` gives, or use `Authorization: Bearer`.',
  },
  ACCOUNT_EXISTS: {
    when: 'Another account has this name.',
    retry: 'no',
    action: 'Take another name.',
  },
  TOO_MANY_ACCOUNTS: {
    when: 'There are as many accounts as there may be.',
    retry: 'no',
    action: 'Delete accounts that nobody uses.',
  },
  LAST_ADMIN: {
    when: 'Nobody would be left who can manage accounts.',
    retry: 'no',
    action: 'Make another account an admin first.',
  },
  SETUP_DONE: {
    when: 'The first account was made already.',
    retry: 'no',
    action: 'Log in, or ask an admin for an account.',
  },
  ORGANIZATION_ACCESS_DENIED: {
    when: 'The `organization_id` given is not the one of the key.',
    retry: 'no',
    action: 'Leave it out, or use a key of that organization.',
  },
  INSUFFICIENT_PERMISSIONS: {
    when: 'The key lacks the scope that the call needs, or the account the role; `details` names it.',
    retry: 'no',
    action: 'Use a key with that scope, or an account with that role.',
  },
  ORGANIZATION_SUSPENDED: {
    when: 'An operator has suspended the organization; the key is valid.',
    retry: 'no',
    action: 'Ask whoever runs the service to resume it.',
  },
  TOOL_NOT_AVAILABLE: {
    when: 'Running code is switched off for the organization.',
    retry: 'no',
    action: 'Ask whoever runs the service: availability may vary by plan.',
  },
  NOT_FOUND: {
    when: 'There is no such path or output, or the organization has nothing of this id (what is another’s is told alike).',
    retry: 'no',
    action: 'Check the id and the key. Finished executions are deleted after the retention time.',
  },
  METHOD_NOT_ALLOWED: {
    when: 'The path exists, but not with this method.',
    retry: 'no',
    action: 'Use one of the methods in the `Allow` header.',
  },
  REQUEST_TIMEOUT: {
    when: 'The headers took longer than 10 s to arrive, or the whole request longer than 30 s; an upload stalled, or took longer than 15 minutes.',
    retry: 'once',
    action: 'Send it again on a new connection.',
  },
  EXECUTION_ENDED: {
    when: 'An execution that is to be cancelled has ended.',
    retry: 'no',
    action: 'Read the execution: its result stands.',
  },
  EXECUTION_RUNNING: {
    when: 'An execution that is to be deleted, or whose output is asked for, has not ended yet.',
    retry: 'wait',
    action: 'Wait for its end, then send the request again.',
  },
  RESPONSE_ENDED: {
    when: 'The response has ended: it can no longer be cancelled.',
    retry: 'no',
    action: 'Read it.',
  },
  RESPONSE_RUNNING: {
    when: 'The response is still being made: it cannot be deleted or continued.',
    retry: 'no',
    action: 'Wait for its end, or cancel it first.',
  },
  TOO_MANY_ASSISTANTS: {
    when: 'The organization has as many assistants as it may.',
    retry: 'no',
    action: 'Delete assistants that nobody uses.',
  },
  IDEMPOTENCY_CONFLICT: {
    when: 'The `Idempotency-Key` was used with another body, or the execution it stands for was deleted.',
    retry: 'no',
    action: 'Use a new key for a new request.',
  },
  API_KEY_ENDED: {
    when: 'A key that is to be rotated is revoked or has expired.',
    retry: 'no',
    action: 'Create a new key.',
  },
  TOO_MANY_API_KEYS: {
    when: 'The organization has as many valid keys as it may.',
    retry: 'no',
    action: 'Revoke keys that nobody uses; `last_used_at` tells which.',
  },
  TOO_MANY_WEBHOOK_ENDPOINTS: {
    when: 'The organization has as many webhook endpoints as it may.',
    retry: 'no',
    action: 'Delete one that is not needed any more.',
  },
  ORGANIZATION_DELETING: {
    when: 'The organization is being deleted with all its data.',
    retry: 'no',
    action: 'Nothing brings it back: create another.',
  },
  PAYLOAD_TOO_LARGE: {
    when: 'The body is larger than the limit, or code and stdin than all that the organization may have queued.',
    retry: 'no',
    action: 'Send less; the message tells the limit.',
  },
  STORAGE_QUOTA_EXCEEDED: {
    when: 'The file does not fit into what the organization may store.',
    retry: 'no',
    action: 'Delete files, or ask for a larger quota; `details` tells limit and use in bytes.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    when: 'The body is not declared as JSON (an upload: as `multipart/form-data`), is not in UTF-8, or is compressed.',
    retry: 'no',
    action: 'Send `Content-Type: application/json`, or a form with a file, without `Content-Encoding`.',
  },
  RANGE_NOT_SATISFIABLE: {
    when: 'The `Range` asked for begins behind the end of the file.',
    retry: 'no',
    action: 'Ask within the size that `Content-Range` tells.',
  },
  VALIDATION_ERROR: {
    when: 'A field, parameter or header is not as it must be; `param` names it.',
    retry: 'no',
    action: 'Correct what the message names.',
  },
  RATE_LIMITED: {
    when: 'Too many requests with invalid keys came from this address, or the organization has too many requests or uploads under way, or has changed its keys and webhooks too often; or too many log-ins failed or are under way, or exports are being made.',
    retry: 'wait',
    action: 'Stop sending the invalid key; read answers before sending more requests.',
  },
  REQUESTS_PER_MINUTE_EXCEEDED: {
    when: 'The organization sent more requests than its quota for a minute allows.',
    retry: 'wait',
    action: 'Wait as long as `Retry-After` says; read `x-ratelimit-remaining-requests` to stay below.',
  },
  REQUESTS_PER_DAY_EXCEEDED: {
    when: 'The organization sent more requests than its quota for a day allows.',
    retry: 'wait',
    action: 'Wait as long as `Retry-After` says, or ask for a larger quota.',
  },
  CPU_SECONDS_PER_DAY_EXCEEDED: {
    when: 'The organization’s code has used up its CPU time of the day (UTC).',
    retry: 'wait',
    action: 'Wait as long as `Retry-After` says, or ask for a larger quota.',
  },
  QUEUE_FULL: {
    when: 'The organization has as many executions, or as many bytes, waiting as it may. Nothing was stored.',
    retry: 'wait',
    action: 'Wait for executions to end; send with increasing pauses.',
  },
  TOO_MANY_STREAMS: {
    when: 'The organization, or the operators together, have as many event streams open as they may.',
    retry: 'wait',
    action: 'Close streams that nobody reads, or poll.',
  },
  TOO_MANY_RESPONSES: {
    when: 'The organization has as many responses in the background, or waits for as many, as it may.',
    retry: 'wait',
    action: 'Wait for responses to end, or cancel some.',
  },
  HEADERS_TOO_LARGE: {
    when: 'The request line and the headers have more than 16 KiB together.',
    retry: 'no',
    action: 'Send fewer or shorter headers.',
  },
  INTERNAL: {
    when: 'A fault of the service.',
    retry: 'once',
    action: 'Send it again with the same `Idempotency-Key`; if it fails again, tell the operator the `trace_id`.',
  },
  QUEUE_UNAVAILABLE: {
    when: 'Redis does not answer. A new execution was not accepted.',
    retry: 'wait',
    action: 'Send it again with the same `Idempotency-Key`.',
  },
  DATABASE_UNAVAILABLE: {
    when: 'PostgreSQL does not answer. It can be unknown whether a new execution was stored.',
    retry: 'wait',
    action: 'Send it again with the same `Idempotency-Key`, so that it runs once.',
  },
  STORAGE_FULL: {
    when: 'The disk of the database is full.',
    retry: 'wait',
    action: 'The operator must make room; reading works meanwhile.',
  },
  FILE_STORAGE_UNAVAILABLE: {
    when: 'The storage of files does not answer, or what it holds is damaged.',
    retry: 'once',
    action: 'Send the request again; if it stays, upload the file anew.',
  },
  NO_WORKER: {
    when: 'No worker is alive that could tell what packages there are.',
    retry: 'wait',
    action: 'The operator must start one. Executions are accepted all the same and wait.',
  },
  MODEL_NOT_CONFIGURED: {
    when: 'No model is named by the request, its assistant or the organization, and the setting `MODELS` gives none.',
    retry: 'no',
    action: 'The operator must set `MODELS`; the model `direct` is always there. Executions work all the same.',
  },
  SHUTTING_DOWN: {
    when: 'This api process is ending.',
    retry: 'wait',
    action: 'Send it again: another process, or the same one restarted, answers.',
  },
};
