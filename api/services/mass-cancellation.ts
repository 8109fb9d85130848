/** Cancels many executions at a time, in batches: rows first, then what their workers and the queue hold of them. */
import type { Origin } from '../../shared/contracts/audit.ts';
import type { CancelledExecutions } from '../../shared/contracts/operator-execution.ts';
import type { ExecutionFilter } from '../store/operator-execution-query.ts';
import type { CancelledRow, OperatorExecutionStore } from '../store/operator-execution-store.ts';
import type { Audit } from './audit.ts';
import type { Conclusion } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';

export type MassCancellationDeps = {
  readonly store: Pick<OperatorExecutionStore, 'countCancellable' | 'cancelSome'>;
  readonly cancels: { request(executionId: string): Promise<void> };
  readonly queue: { remove(executionId: string): Promise<void> };
  readonly conclusion: Conclusion;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly audit: Pick<Audit, 'attempt'>;
  /** Told of each execution that is cancelled before it ran. */
  readonly onCancelled: () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

const BATCH = 200;
/** One call ends well before anyone gives up waiting for it. */
const CALL_MS = 2_000;

type Counts = Pick<CancelledExecutions, 'cancelled' | 'stopping'>;

export function createMassCancellation(deps: MassCancellationDeps) {
  const { store, cancels, queue, conclusion, dispatcher, audit, onCancelled, nowMs, report } = deps;

  /** The rows are final already, or marked: what fails here the reconciler puts right. */
  async function clearAway(rows: readonly CancelledRow[]): Promise<void> {
    const ended = rows.filter((row) => row.status === 'cancelled').map(({ id }) => id);
    ended.forEach(onCancelled);
    try {
      await Promise.all([...rows.map(({ id }) => cancels.request(id)), ...ended.map((id) => queue.remove(id))]);
      dispatcher.dispatch(await conclusion.conclude(ended));
    } catch (error) {
      report('cancelled executions could not be taken out of the queue', { executions: rows.length, error });
    }
  }

  async function cancelInTime(filter: ExecutionFilter, timeMs: number): Promise<Counts> {
    const startedMs = nowMs();
    let [cancelled, stopping] = [0, 0];
    do {
      const rows = await store.cancelSome(filter, BATCH);
      await clearAway(rows);
      const ended = rows.filter((row) => row.status === 'cancelled').length;
      cancelled += ended;
      stopping += rows.length - ended;
      if (rows.length < BATCH) break;
    } while (nowMs() - startedMs < timeMs);
    return { cancelled, stopping };
  }

  async function told(filter: ExecutionFilter, counts: Counts, dryRun: boolean): Promise<CancelledExecutions> {
    const remaining = await store.countCancellable(filter);
    const matched = remaining + counts.cancelled + counts.stopping;
    return { object: 'execution.cancellation', dry_run: dryRun, matched, ...counts, remaining };
  }

  return {
    /** As many as the time of one call allows: the oldest first. */
    async cancel(filter: ExecutionFilter, origin: Origin): Promise<CancelledExecutions> {
      // Filled in by what is done, before it is written down.
      const details: Record<string, number | readonly string[]> = { filter: namesIn(filter) };
      const { organizationId, workerId } = filter;
      const act = { ...origin, action: 'executions.cancel', organizationId, targetId: workerId ?? null, details };
      return audit.attempt(act, async () => {
        const counts = await cancelInTime(filter, CALL_MS);
        Object.assign(details, counts);
        return told(filter, counts, false);
      });
    },

    /** The same for `timeMs` and one batch at least, as a part of something that is written down by itself. */
    cancelInTime,

    async preview(filter: ExecutionFilter): Promise<CancelledExecutions> {
      return told(filter, { cancelled: 0, stopping: 0 }, true);
    },
  };
}

export type MassCancellation = ReturnType<typeof createMassCancellation>;

function namesIn(filter: ExecutionFilter): string[] {
  return Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
