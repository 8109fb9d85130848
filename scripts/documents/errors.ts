/** The table of errors for clients, made from the contracts. Pure. */
import { ERROR_HELP, type ErrorHelp } from '../../shared/contracts/error-help.ts';
import { ERROR_STATUS, errorType, type ErrorCode } from '../../shared/contracts/errors.ts';

const RETRY: Readonly<Record<ErrorHelp['retry'], string>> = {
  no: 'no',
  wait: 'yes, after `Retry-After` or a growing pause',
  once: 'once',
};

const HEAD = `# Errors

What the service refuses or fails at is answered with an HTTP status and one envelope:

\`\`\`json
{
  "success": false,
  "error": {
    "code": "VALIDATION_ERROR", "message": "timeout_ms: must be at most 30000.", "type": "invalid_request_error",
    "param": "timeout_ms", "status": 422, "details": {}, "trace_id": "…", "timestamp": "2026-01-01T00:00:00.000Z"
  }
}
\`\`\`

\`trace_id\` is the \`x-request-id\` of the answer: the service's log tells more under it. Branch on \`code\`; it never
changes its meaning, while messages may. New codes may come: treat an unknown one by its status. What *code* does
wrong is never an error here: it is a finished execution with an \`exit\` (see the [README](../README.md)).

A retry of \`POST /v1/executions\` is safe with an \`Idempotency-Key\`: it gives the same execution instead of a second.

| code | status | type | when | retry? | what to do |
|---|---|---|---|---|---|
`;

const FOOT = `
This page is written by \`npm run documents\`.
`;

export function renderErrors(): string {
  // The keys of the table are its codes; Object.keys knows only strings.
  const codes = Object.keys(ERROR_STATUS) as ErrorCode[];
  return `${HEAD}${codes.map(rowOf).join('\n')}\n${FOOT}`;
}

function rowOf(code: ErrorCode): string {
  const { when, retry, action } = ERROR_HELP[code];
  const cells = [`\`${code}\``, String(ERROR_STATUS[code]), `\`${errorType(code)}\``, when, RETRY[retry], action];
  return `| ${cells.join(' | ')} |`;
}
