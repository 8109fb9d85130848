/** What went wrong with a provider, without its address, its key and its words. Pure. */
import { APICallError } from 'ai';
import { ModelError } from './model.ts';

export function toModelError(error: unknown): ModelError {
  if (APICallError.isInstance(error)) return ofAnswer(error);
  return new ModelError('MODEL_ANSWER_INVALID', 'The model’s answer could not be understood.', {
    isPassing: true,
    cause: error,
  });
}

function ofAnswer(error: APICallError): ModelError {
  const { statusCode, responseHeaders } = error;
  if (statusCode === undefined)
    return new ModelError('MODEL_UNAVAILABLE', 'The model cannot be reached.', { isPassing: true, cause: error });
  if (statusCode === 429) {
    const retryAfterMs = retryAfterOf(responseHeaders);
    return new ModelError('MODEL_RATE_LIMITED', 'The model’s provider takes no more requests for now.', {
      ...{ isPassing: true, cause: error },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  if (statusCode >= 500 || statusCode === 408) {
    return new ModelError('MODEL_UNAVAILABLE', 'The model’s provider failed.', { isPassing: true, cause: error });
  }
  return new ModelError('MODEL_REFUSED', `The model’s provider refused the request (status ${String(statusCode)}).`, {
    ...{ isPassing: false, cause: error },
  });
}

/** Milliseconds of `retry-after-ms` or `Retry-After` in seconds. */
function retryAfterOf(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const ms = Number(headers?.['retry-after-ms'] ?? NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number(headers?.['retry-after'] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
