import { AppError } from '../../../shared/contracts/errors.ts';

/** @param param where in the request it was named */
export function noSuchResponse(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such response.', param === undefined ? {} : { param });
}
