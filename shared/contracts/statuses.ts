/** The life of an execution: its statuses, what may follow what, and how it can end. Pure. */
import { z } from 'zod';

export const EXECUTION_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const ExecutionStatus = z.enum(EXECUTION_STATUSES);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/**
 * ```
 * queued ──► running ──► completed | failed | cancelled
 *    │          └─► queued            (its worker was lost: it runs again)
 *    └────────────────► completed | failed | cancelled   (the result overtook the start)
 * ```
 */
const NEXT: Record<ExecutionStatus, readonly ExecutionStatus[]> = {
  queued: ['running', 'completed', 'failed', 'cancelled'],
  running: ['queued', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** Whether an execution in status `from` may move to status `to`. */
export function canMove(from: ExecutionStatus, to: ExecutionStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whether nothing can follow `status`. */
export function isFinal(status: ExecutionStatus): boolean {
  return NEXT[status].length === 0;
}

/** The statuses from which a result is still accepted. */
export const OPEN_STATUSES = EXECUTION_STATUSES.filter((status) => !isFinal(status));

export const EXIT_REASONS = [
  'ok',
  'exception',
  'exit',
  'timed_out',
  'out_of_memory',
  'output_limit',
  'killed',
  'cancelled',
  'sandbox_lost',
] as const;
export const ExitReason = z.enum(EXIT_REASONS);
export type ExitReason = z.infer<typeof ExitReason>;

/** The final status that follows from how the code ended. */
export function statusOf(reason: ExitReason): ExecutionStatus {
  switch (reason) {
    case 'ok':
      return 'completed';
    case 'cancelled':
      return 'cancelled';
    case 'exception':
    case 'exit':
    case 'timed_out':
    case 'out_of_memory':
    case 'output_limit':
    case 'killed':
    case 'sandbox_lost':
      return 'failed';
  }
}
