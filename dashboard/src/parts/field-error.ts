/** Which field of a form a refusal is about. Pure. */
import { ApiError } from '../api/client.ts';

/** What the api has to say about this field; undefined: nothing. */
export function fieldError(error: Error | null, name: string): string | undefined {
  if (!(error instanceof ApiError) || error.param === null) return undefined;
  return error.param.split(/[./[\]]+/).includes(name) ? error.message : undefined;
}
