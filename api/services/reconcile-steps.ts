/** The steps of one pass of the reconciler, in order. */
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import type { DispatchStore, OpenRow } from '../store/dispatch-store.ts';
import type { ReconcileStore } from '../store/reconcile-store.ts';
import type { Conclusion } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';
import { takesJobs } from './health.ts';
import { createMissingTracker } from './missing-tracker.ts';
import type { QueueTerms, QueueTermsService } from './queue-terms.ts';

type Released = { readonly released: string[] };
type IndexEntry = Partial<QueueTerms> & {
  readonly organizationId: string;
  readonly executionId: string;
  readonly bytes: number;
};
type RebuildEntry = IndexEntry & { readonly inFlight: boolean };

export type ReconcileStepsDeps = {
  readonly store: Omit<ReconcileStore, 'alone' | 'deleteEndedBefore'>;
  readonly rows: Pick<DispatchStore, 'openPages' | 'statuses' | 'cancelMarked'>;
  readonly fairIndex: {
    hasEpoch(): Promise<boolean>;
    rebuild(entries: AsyncIterable<RebuildEntry>): Promise<Released>;
    setSlots(slots: number): Promise<Released>;
    inFlight(): Promise<readonly { executionId: string }[]>;
    submit(entry: IndexEntry): Promise<{ accepted: boolean; released?: string[] }>;
  };
  readonly terms: Pick<QueueTermsService, 'ofMany'>;
  readonly membership: { unknownOf(executionIds: readonly string[]): Promise<string[]> };
  readonly queue: { has(executionId: string): Promise<boolean> };
  readonly heartbeats: { list(): Promise<WorkerStatus[]> };
  readonly cancels: { request(executionId: string): Promise<void> };
  readonly conclusion: Conclusion;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Told of what was put right. */
  readonly onAction: (action: ReconcilerAction, count: number) => void;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type ReconcilerAction =
  | 'index_rebuilt'
  | 'dispatched_again'
  | 'given_up'
  | 'queued_again'
  | 'cancel_repeated'
  | 'cancelled'
  | 'keys_forgotten'
  | 'executions_deleted'
  | 'contents_removed';

/**
 * How long a dispatched execution may have neither job nor end. Longest on its way is a result that a killed api process
 * had taken: another one claims it after 5 s idle, looking once a second.
 */
const MISSING_MS = 8_000;
/** Past an execution's own time: the worker's second, the result's way, and room for a slow machine. */
const OVERDUE_GRACE_MS = 5_000;
const CANCEL_REPEAT_MS = 2_000;
/** A run that was lost with its job so often is not tried again. */
const LOSSES_MAX = 2;
const ROWS_PER_PASS = 200;
/** What was taken in stays so, also where the organization may have less by now. */
const UNBOUNDED = { queuedMax: Number.MAX_SAFE_INTEGER, queuedBytesMax: Number.MAX_SAFE_INTEGER };
/** A row is on its way into the index no longer than this. */
const UNKNOWN_MS = 2_000;
const SCAN_EVERY_MS = 2_000;
/** However long the backlog is, looking through it takes a small part of the time. */
const SCAN_REST_FACTOR = 20;
const PURGE_EVERY_MS = 60_000;

export function createReconcileSteps(deps: ReconcileStepsDeps) {
  const { store, rows, fairIndex, terms, membership, queue, heartbeats, cancels } = deps;
  const { conclusion, dispatcher, nowMs, onAction, report } = deps;
  const missing = createMissingTracker(MISSING_MS);
  let scanAtMs = -Infinity;
  let purgedAtMs = -Infinity;

  async function* backlog(): AsyncGenerator<RebuildEntry> {
    for await (const page of rows.openPages(0)) {
      yield* (await entriesOf(page)).map((entry) => ({ ...entry, inFlight: false }));
    }
  }

  /** With what is set for their organizations: the index may have lost it. */
  async function entriesOf(page: readonly OpenRow[]): Promise<IndexEntry[]> {
    const known = await terms.ofMany([...new Set(page.map((row) => row.organization_id))]);
    return page.map((row) => ({
      ...known.get(row.organization_id),
      ...{ organizationId: row.organization_id, executionId: row.id, bytes: row.input_bytes },
    }));
  }

  async function submit(entry: IndexEntry): Promise<void> {
    dispatcher.dispatch((await fairIndex.submit({ ...entry, ...UNBOUNDED })).released ?? []);
    onAction('queued_again', 1);
  }

  async function conclude(ids: readonly string[]): Promise<void> {
    dispatcher.dispatch(await conclusion.conclude(ids));
  }

  /** A run is gone and its job with it. @returns whether that was once too often */
  async function endedByLoss(id: string): Promise<boolean> {
    if (!(await store.recordLoss(id, LOSSES_MAX))) return false;
    report('an execution was lost too often', { executionId: id });
    onAction('given_up', 1);
    await conclude([id]);
    return true;
  }

  async function withoutJob(ids: readonly string[]): Promise<string[]> {
    const jobs = await Promise.all(ids.map((id) => queue.has(id)));
    return ids.filter((_id, at) => jobs[at] === false);
  }

  return {
    /** Redis was wiped: the jobs are gone with the index, so all open rows go back into the backlog. */
    async rebuild(): Promise<void> {
      if (await fairIndex.hasEpoch()) return;
      const { released } = await fairIndex.rebuild(backlog());
      report('the index was rebuilt', {});
      onAction('index_rebuilt', 1);
      dispatcher.dispatch(released);
    },

    /** As many executions are let out as workers that take them have slots; none while no worker does. */
    async capacity(): Promise<void> {
      const workers = (await heartbeats.list()).filter(takesJobs);
      const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
      dispatcher.dispatch((await fairIndex.setSlots(slots)).released);
    },

    /** In flight without a job: a dispatch that did not arrive, or a run whose worker and job are gone. */
    async lostInFlight(): Promise<void> {
      const inFlight = (await fairIndex.inFlight()).map(({ executionId }) => executionId);
      const lost = missing.observe(await withoutJob(inFlight), nowMs());
      if (lost.length === 0) return;
      const statuses = await rows.statuses(lost);
      for (const id of lost) {
        const status = statuses.get(id);
        if (status === undefined || isFinal(status)) await conclude([id]);
        else if (status === 'queued' || !(await endedByLoss(id))) {
          dispatcher.dispatch([id]);
          onAction('dispatched_again', 1);
        }
      }
    },

    /** Running for longer than they can, without a job, and unknown to the index: nobody would ever end them. */
    async overdue(): Promise<void> {
      const overdue = await withoutJob(await store.overdue(OVERDUE_GRACE_MS, ROWS_PER_PASS));
      if (overdue.length === 0) return;
      const inFlight = new Set((await fairIndex.inFlight()).map(({ executionId }) => executionId));
      for (const id of overdue) if (!inFlight.has(id)) await endedByLoss(id);
    },

    /** Open rows that the index does not know, as after a crash between insert and submit. */
    async unknownToIndex(): Promise<void> {
      if (nowMs() < scanAtMs) return;
      const startedMs = nowMs();
      for await (const page of rows.openPages(UNKNOWN_MS)) {
        const unknown = new Set(await membership.unknownOf(page.map((row) => row.id)));
        for (const entry of await entriesOf(page.filter((row) => unknown.has(row.id)))) await submit(entry);
      }
      scanAtMs = nowMs() + Math.max(SCAN_EVERY_MS, (nowMs() - startedMs) * SCAN_REST_FACTOR);
    },

    /** Cancels that no worker heard of are announced again; without a job there is nothing left to stop. */
    async cancels(): Promise<void> {
      const pending = await store.cancelPending(CANCEL_REPEAT_MS, ROWS_PER_PASS);
      if (pending.length === 0) return;
      await Promise.all(pending.map((id) => cancels.request(id)));
      onAction('cancel_repeated', pending.length);
      const cancelled = await rows.cancelMarked(await withoutJob(pending));
      onAction('cancelled', cancelled.length);
      await conclude(cancelled);
    },

    async purge(): Promise<void> {
      if (nowMs() - purgedAtMs < PURGE_EVERY_MS) return;
      purgedAtMs = nowMs();
      onAction('keys_forgotten', await store.purgeIdempotencyKeys());
    },
  };
}
