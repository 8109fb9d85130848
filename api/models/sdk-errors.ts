/** What went wrong with a provider, without its address, its key and its words. Pure. */
import { APICallError } from 'ai';
import { ModelError } from './model.ts';

export function toModelError(error: unknown): ModelError {
  if (APICallError.isInstance(error) && !isAnswer(error)) return ofRefusal(error);
  return new ModelError('MODEL_ANSWER_INVALID', 'The model’s answer could not be understood.', {
    isPassing: true,
    cause: error,
  });
}

/** What was answered as a success and is none. */
function isAnswer({ statusCode = 0 }: APICallError): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function ofRefusal(error: APICallError): ModelError {
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

/** Milliseconds of `retry-after-ms`, or of `Retry-After` in seconds or as a time. */
function retryAfterOf(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const ms = toNumber(headers?.['retry-after-ms']);
  if (ms !== undefined) return ms;
  const said = headers?.['retry-after'];
  const seconds = toNumber(said);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(said ?? '');
  return Number.isNaN(atMs) ? undefined : Math.max(atMs - Date.now(), 0);
}

function toNumber(said: string | undefined): number | undefined {
  return said !== undefined && /^\s*\d{1,12}(?:\.\d*)?\s*$/.test(said) ? Number(said) : undefined;
}
