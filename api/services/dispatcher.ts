/** Turns ids that the index released into jobs. */
import type { DispatchRow, DispatchStore } from '../store/dispatch-store.ts';
import type { Conclusion } from './conclusion.ts';
import { toJob, type UnsourcedJob } from './new-execution.ts';

export type DispatcherDeps = {
  readonly store: Pick<DispatchStore, 'takeForDispatch' | 'cancelMarked'>;
  readonly queue: { add(job: UnsourcedJob): Promise<void> };
  readonly fairIndex: { giveBack(executionId: string): Promise<void> };
  readonly events: { discard(executionId: string): Promise<void> };
  readonly conclusion: Conclusion;
  /** Told of ids that could not be dispatched now; they stay in the index, and the reconciler tries again. */
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createDispatcher(deps: DispatcherDeps) {
  const { store, queue, fairIndex, events, conclusion, report } = deps;
  const underWay = new Set<Promise<void>>();

  async function dispatchAll(released: readonly string[]): Promise<void> {
    for (let ids = released; ids.length > 0;) ids = await dispatchOnce(ids);
  }

  async function dispatchOnce(ids: readonly string[]): Promise<string[]> {
    try {
      const rows = await store.takeForDispatch(ids);
      await Promise.all(rows.map((row) => send(row)));
      const sent = new Set<string>(rows.map((row) => row.id));
      return await dropUnsendable(ids.filter((id) => !sent.has(id)));
    } catch (error) {
      report('could not dispatch', { executionIds: ids, error });
      await Promise.all(ids.map(giveBack));
      return [];
    }
  }

  async function send(row: DispatchRow): Promise<void> {
    try {
      // Outputs of the run that was lost would stand before those of the new one.
      if (row.attempt_offset > 0) await events.discard(row.id);
      await queue.add(toJob(row));
    } catch (error) {
      report('could not dispatch', { executionIds: [row.id], error });
      await giveBack(row.id);
    }
  }

  /** Released ids whose rows are final, gone or to be cancelled make room for others. */
  async function dropUnsendable(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    await store.cancelMarked(ids);
    return conclusion.conclude(ids);
  }

  async function giveBack(executionId: string): Promise<void> {
    try {
      await fairIndex.giveBack(executionId);
    } catch {
      // It stays in flight without a job: the reconciler finds it so.
    }
  }

  return {
    /** Dispatches in the background: it is nobody's request that waits for it or could fail by it. */
    dispatch(released: readonly string[]): void {
      if (released.length === 0) return;
      const work = dispatchAll(released).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    /** Waits for what is under way; never rejects. */
    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

export type Dispatcher = ReturnType<typeof createDispatcher>;
