/** Stops an execution: the row first, then the marker that a worker looks for, then the index. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { ExecutionRow } from '../store/schema.ts';
import type { Conclusion } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';
import { noSuchExecution } from './execution-reading.ts';
import type { Waiting } from './waiting.ts';

export type CancellationDeps = {
  readonly store: Pick<ExecutionStore, 'requestCancel' | 'find'>;
  readonly cancels: { request(executionId: string): Promise<void> };
  readonly queue: { remove(executionId: string): Promise<void> };
  readonly conclusion: Conclusion;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly waiting: Pick<Waiting, 'watch' | 'untilFinal'>;
  /** Told of each execution that is cancelled before it ran. */
  readonly onCancelled: () => void;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** Code is dead within a second of the request; what is not by then is on a worker that does not answer. */
const STOP_WAIT_MS = 1_500;

export function createCancellation(deps: CancellationDeps) {
  const { store, cancels, queue, conclusion, dispatcher, waiting, onCancelled, report } = deps;

  /** The row is final already: what fails here costs a worker some time, and nobody is told a wrong thing. */
  async function clearAway(id: ExecutionId): Promise<void> {
    try {
      // A worker may have taken it and not told yet.
      await cancels.request(id);
      await queue.remove(id);
      dispatcher.dispatch(await conclusion.conclude([id]));
    } catch (error) {
      report('a cancelled execution could not be taken out of the queue', { executionId: id, error });
    }
  }

  async function alreadyEnded(organizationId: OrganizationId, id: ExecutionId): Promise<ExecutionRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchExecution();
    if (row.status === 'cancelled') return row;
    throw new AppError('EXECUTION_ENDED', `The execution has ended (${row.status}): it can no longer be cancelled.`, {
      details: { status: row.status },
    });
  }

  return {
    /**
     * @returns the execution as it is once its code is dead, or after a moment's waiting
     * @throws AppError NOT_FOUND, EXECUTION_ENDED, QUEUE_UNAVAILABLE
     */
    async cancel(organizationId: OrganizationId, id: ExecutionId): Promise<ExecutionRow> {
      const watch = waiting.watch(id);
      try {
        const row = await store.requestCancel(organizationId, id);
        if (row === undefined) return await alreadyEnded(organizationId, id);
        if (row.status === 'cancelled') {
          onCancelled();
          await clearAway(id);
          return row;
        }
        await cancels.request(id);
        const final = await waiting.untilFinal(organizationId, id, { timeoutMs: STOP_WAIT_MS, watch });
        // It ended by itself before the cancel reached it.
        if (final !== undefined && final.status !== 'cancelled') return await alreadyEnded(organizationId, id);
        return final ?? row;
      } finally {
        watch.stop();
      }
    },
  };
}

export type Cancellation = ReturnType<typeof createCancellation>;
