/** What is wrong with an upload. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { FILE_BYTES_MAX } from '../../shared/contracts/limits.ts';

export function broken(what: string, cause?: unknown): AppError {
  return new AppError('INVALID_MULTIPART', `The body ${what}.`, { cause });
}

export function tooLarge(bytesMax: number): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', `A file may have at most ${String(FILE_BYTES_MAX)} bytes.`, {
    details: { limit_bytes: bytesMax },
  });
}

export function invalid(field: string, problem: string): AppError {
  const param = field.slice(0, 64);
  return new AppError('VALIDATION_ERROR', `${param}: ${problem}.`, { param });
}
