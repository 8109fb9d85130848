/** How services tell of what someone should know of: a line in the log, with the request that it happened in. */
import { AppError } from '../shared/contracts/errors.ts';
import type { Log } from '../shared/platform/log.ts';
import type { RequestScope } from './request-scope.ts';

type ReporterDeps = { readonly log: Log; readonly scope: Pick<RequestScope, 'requestId'> };

export type Report = (message: string, detail: Readonly<Record<string, unknown>>) => void;

export function createReporter({ log, scope }: ReporterDeps): Report {
  return (message, { error, ...detail }) => {
    const requestId = scope.requestId();
    log.warn(
      { ...(requestId !== undefined && { requestId }), ...detail, ...(error !== undefined && toldError(error)) },
      message,
    );
  };
}

/** An outage is told by its code: its stack says nothing. */
function toldError(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof AppError ? { code: error.code, reason: error.message } : { err: error };
}
