/** Waiting until an execution is final, woken by this process or by any other. */
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { ExecutionRow } from '../store/schema.ts';
import { endedRow, type RecordedEnd } from './ended-row.ts';
import { createWatch, type Watch } from './watch.ts';

export type WaitingDeps = {
  readonly store: Pick<ExecutionStore, 'find' | 'findStatus'>;
  /** Calls with every id that became final on any api process; may miss some while Redis is away. */
  readonly onDone: (listener: (executionId: string) => void) => () => void;
};

/** How long a lost wake-up can go unnoticed. */
const REREAD_MS = 1_000;

export type WaitOptions = {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** A watch begun before the execution was submitted: nothing can have ended unseen, so the first reading is spared. */
  readonly watch?: Watch;
  /** The row as it is known: an end that this process recorded needs no reading then. */
  readonly row?: ExecutionRow;
};

export function createWaiting({ store, onDone }: WaitingDeps) {
  const watches = new Map<string, Set<Watch>>();

  function wake(executionIds: readonly string[]): void {
    for (const id of executionIds)
      watches.get(id)?.forEach((watch) => {
        watch.wake();
      });
  }

  function handOverEnd(executionId: string, end: RecordedEnd): void {
    watches.get(executionId)?.forEach((watch) => {
      watch.setEnd(end);
    });
  }

  const stopListening = onDone((id) => {
    wake([id]);
  });

  /** Begins to notice the end of an execution; `stop` it in a `finally`. */
  function watch(executionId: string): Watch {
    const made = createWatch(() => {
      const others = watches.get(executionId);
      others?.delete(made);
      if (others?.size === 0) watches.delete(executionId);
    });
    const all = watches.get(executionId) ?? new Set();
    watches.set(executionId, all.add(made));
    return made;
  }

  return {
    wake,
    handOverEnd,
    watch,
    /** @returns the final row, or undefined when the time is over, the signal aborted or there is no such row */
    async untilFinal(
      organizationId: OrganizationId,
      id: ExecutionId,
      { timeoutMs, signal, watch: begun, row: known }: WaitOptions,
    ): Promise<ExecutionRow | undefined> {
      const own = begun ?? watch(id);
      const deadline = performance.now() + timeoutMs;
      try {
        if (begun !== undefined) await own.next(Math.min(timeoutMs, REREAD_MS), signal);
        for (;;) {
          const ended = handedOver(known, own);
          if (ended !== undefined) return ended;
          // The whole row, with code and outputs, is read once: when it is final.
          const status = await store.findStatus(organizationId, id);
          if (status === undefined) return undefined;
          if (isFinal(status)) return await store.find(organizationId, id);
          const leftMs = deadline - performance.now();
          if (leftMs <= 0 || signal?.aborted === true) return undefined;
          await own.next(Math.min(leftMs, REREAD_MS), signal);
        }
      } finally {
        own.stop();
      }
    },
    /** How many are waited for: nothing may be left when nobody waits. */
    size: () => watches.size,
    close(): void {
      stopListening();
      for (const all of watches.values())
        all.forEach((watch) => {
          watch.wake();
        });
    },
  };
}

export type Waiting = ReturnType<typeof createWaiting>;

function handedOver(known: ExecutionRow | undefined, watch: Watch): ExecutionRow | undefined {
  const end = watch.end();
  return known !== undefined && end !== undefined ? endedRow(known, end) : undefined;
}
