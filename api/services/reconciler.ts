/**
 * Puts right what crashes and outages leave behind. Every api process tries once a second; a lock in the database lets
 * one of them work at a time. Each step stands for itself: one that fails is tried again by the next pass.
 */
import { AppError, ERROR_STATUS } from '../../shared/contracts/errors.ts';
import type { ReconcileStore } from '../store/reconcile-store.ts';

export type ReconcilerDeps = {
  readonly store: Pick<ReconcileStore, 'alone'>;
  /** Done in this order. */
  readonly steps: Readonly<Record<string, () => Promise<void>>>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
  readonly intervalMs?: number;
};

const INTERVAL_MS = 1_000;

export function createReconciler({ store, steps, report, intervalMs = INTERVAL_MS }: ReconcilerDeps) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let closed = false;
  /** Told of once, not once a second. */
  let outage = false;

  async function passAlone(): Promise<void> {
    for (const [name, step] of Object.entries(steps)) {
      try {
        await step();
      } catch (error) {
        if (isOutage(error)) throw error; // the other steps need the same servers
        report('a step of the reconciler failed', { step: name, error });
      }
    }
  }

  async function pass(): Promise<void> {
    try {
      await store.alone(passAlone);
      if (outage) report('the reconciler works again', {});
      outage = false;
    } catch (error) {
      if (!outage) report('the reconciler cannot work', { error });
      outage = true;
    }
    running = undefined;
    if (!closed) timer = setTimeout(() => (running = pass()), intervalMs);
  }

  return {
    start(): void {
      running ??= pass();
    },
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Whether a server does not answer, which nobody else has either. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && ERROR_STATUS[error.code] === 503;
}
