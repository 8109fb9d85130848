/** Waits for the end of a response that another process tells, or makes. */
import type { ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { pause } from '../../../shared/platform/deadline.ts';
import { noSuchResponse } from './no-such-response.ts';
import { isOver } from './response-record.ts';

/** What an end is waited for: a cancelled model call is given up and its code dead by then. */
export const END_WAIT_MS = 3_000;
const REREAD_MS = 100;
const NEVER = new AbortController().signal;

export function createUntilOver({ find, findStatus }: Pick<ResponseStore, 'find' | 'findStatus'>) {
  /** The row once it is over, or as it is after so long. @throws AppError NOT_FOUND */
  return async (
    { organization_id: organizationId, id }: Pick<ResponseRow, 'organization_id' | 'id'>,
    { timeoutMs, signal = NEVER }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ResponseRow> => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = await findStatus(organizationId, id);
      const isOpen = status !== undefined && !isOver(status);
      if (isOpen && !signal.aborted && performance.now() <= deadline) {
        await pause(REREAD_MS, signal);
        continue;
      }
      const row = await find(organizationId, id);
      if (row === undefined) throw noSuchResponse();
      return row;
    }
  };
}

export type UntilOver = ReturnType<typeof createUntilOver>;
