/** Everything that goes wrong becomes the one envelope. Nothing of the inside is told: only codes and sentences. */
import { AppError, ERROR_STATUS, errorType, type ErrorCode, ErrorEnvelope } from '../../shared/contracts/errors.ts';
import { BODY_BYTES_MAX } from '../../shared/contracts/limits.ts';

const Details = ErrorEnvelope.shape.error.shape.details;

export type RenderedError = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorEnvelope;
};

const RETRY_AFTER_SECONDS_DEFAULT = 1;

export function renderError(error: AppError, requestId: string, now: Date): RenderedError {
  const status = ERROR_STATUS[error.code];
  const retryAfter = error.retryAfterSeconds ?? (status === 429 || status === 503 ? RETRY_AFTER_SECONDS_DEFAULT : null);
  return {
    status,
    headers: {
      ...(retryAfter !== null && { 'retry-after': String(retryAfter) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(status === 416 && { 'content-range': `bytes */${String(error.details['size_bytes'])}` }),
    },
    body: {
      success: false,
      error: {
        code: error.code,
        message: error.message,
        type: errorType(error.code),
        param: error.param,
        status,
        details: toJson(error.details),
        trace_id: requestId,
        timestamp: now.toISOString(),
      },
    },
  };
}

/** The error to tell of: known ones as they are, those of the body parser translated, all others as `INTERNAL`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const parser = fromBodyParser(error);
  if (parser !== undefined) return new AppError(...parser);
  return new AppError('INTERNAL', 'Something went wrong on our side. The error was logged under the trace_id.', {
    cause: error,
  });
}

const TOO_LARGE = `The body may have at most ${String(BODY_BYTES_MAX)} bytes.`;
const NOT_JSON = 'The body is not valid JSON.';
export const NOT_UTF8 = 'The body must be JSON in UTF-8 and not compressed.';

/** By the `type` of the body parser's errors. */
const BODY_PARSER_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.parse.failed': ['INVALID_JSON', NOT_JSON],
  'entity.too.large': ['PAYLOAD_TOO_LARGE', TOO_LARGE],
  'encoding.unsupported': ['UNSUPPORTED_MEDIA_TYPE', NOT_UTF8],
  'charset.unsupported': ['UNSUPPORTED_MEDIA_TYPE', NOT_UTF8],
  'request.aborted': ['INVALID_JSON', 'The body ended too early.'],
  'request.size.invalid': ['INVALID_JSON', 'The body does not have the length that Content-Length tells.'],
};

function fromBodyParser(error: unknown): readonly [ErrorCode, string] | undefined {
  if (!(error instanceof Error)) return undefined;
  const known = 'type' in error && typeof error.type === 'string' ? BODY_PARSER_ERRORS[error.type] : undefined;
  if (known !== undefined) return known;
  const status = 'status' in error ? error.status : undefined;
  // A path whose percent-encoding is broken, or something else that is wrong with the body.
  if (status === 400)
    return error instanceof URIError ? ['NOT_FOUND', 'There is no such path.'] : ['INVALID_JSON', NOT_JSON];
  return undefined;
}

function toJson(details: AppError['details']): ErrorEnvelope['error']['details'] {
  return Details.parse(JSON.parse(JSON.stringify(details)));
}
