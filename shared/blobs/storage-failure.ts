/** The one error of everything that goes wrong where contents are kept. Pure. */
import { AppError } from '../contracts/errors.ts';

const RETRY_AFTER_SECONDS = 5;

/** @param doing what was tried, as the rest of "The storage of files …" */
export function storageFailure(doing: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('FILE_STORAGE_UNAVAILABLE', `The storage of files ${doing}; try again shortly.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}

export async function orStorageFailure<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storageFailure(doing, cause);
  }
}
