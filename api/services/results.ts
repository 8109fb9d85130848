/** Takes reports of workers in: records them, wakes who waits, lets the next executions out. */
import type { RunFinished, RunReport } from '../../shared/contracts/result.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import type { DispatchStore } from '../store/dispatch-store.ts';
import type { Recorded, ResultStore } from '../store/result-store.ts';
import type { Conclusion } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { RecordedEnd } from './ended-row.ts';
import { toChunks } from './record-chunks.ts';
import { foldReports } from './report-folding.ts';

export type ResultsDeps = {
  readonly store: ResultStore;
  readonly rows: Pick<DispatchStore, 'statuses'>;
  readonly cancels: { request(executionId: string): Promise<void>; clear(executionId: string): Promise<void> };
  readonly conclusion: Conclusion;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Tells waiters of this process how the execution ended, before they are woken. */
  readonly handOverEnd: (executionId: string, end: RecordedEnd) => void;
  /** Whether the database refuses the values themselves, now and for ever. */
  readonly isDataError: (error: unknown) => boolean;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createResults({
  store,
  rows,
  cancels,
  conclusion,
  dispatcher,
  handOverEnd,
  isDataError,
  report,
}: ResultsDeps) {
  /** One result that no column can hold must not keep the others of its batch from being recorded. */
  async function record(finished: readonly RunFinished[]): Promise<readonly Recorded[]> {
    try {
      return handOver(finished, await store.recordFinished(finished));
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (finished.length > 1) return (await Promise.all(finished.map((one) => record([one])))).flat();
      return recordStripped(finished, error);
    }
  }

  /** When not even that can be stored, the row stays open, and the reconciler finds that its job is gone. */
  async function recordStripped(finished: readonly RunFinished[], cause: unknown): Promise<readonly Recorded[]> {
    report('a result could not be stored', { executionId: finished[0]?.execution_id, error: cause });
    const stripped = finished.map(withoutContent);
    try {
      return handOver(stripped, await store.recordFinished(stripped));
    } catch (error) {
      if (!isDataError(error)) throw error;
      return [];
    }
  }

  /** Who waits for one of these in this process needs not read what is known here. */
  function handOver(finished: readonly RunFinished[], recorded: readonly Recorded[]): readonly Recorded[] {
    const reports = new Map(finished.map((report) => [report.execution_id, report]));
    for (const { id, attempt } of recorded) {
      const report = reports.get(id);
      if (report !== undefined) handOverEnd(id, { report, attempt });
    }
    return recorded;
  }

  /** Reported ids whose rows are not open: what was just recorded, was final before, or is gone. */
  async function closed(finished: readonly RunFinished[], recorded: readonly Recorded[]): Promise<string[]> {
    const known = new Set<string>(recorded.map(({ id }) => id));
    const others = finished.map((one) => one.execution_id).filter((id) => !known.has(id));
    if (others.length === 0) return [...known];
    const statuses = await rows.statuses(others);
    const isOpen = (id: string) => {
      const status = statuses.get(id);
      return status !== undefined && !isFinal(status);
    };
    return [...known, ...others.filter((id) => !isOpen(id))];
  }

  /** Stops runs that go on for nothing, and forgets requests that were met. */
  async function settleCancels(finished: readonly RunFinished[], recorded: readonly Recorded[]): Promise<void> {
    const superseded = recorded.filter((one) => one.superseded).map(({ id }) => id);
    const met = finished.filter((one) => one.exit.reason === 'cancelled').map((one) => one.execution_id);
    await Promise.all([...superseded.map((id) => cancels.request(id)), ...met.map((id) => cancels.clear(id))]);
  }

  async function recordAndConclude(finished: readonly RunFinished[]): Promise<void> {
    const recorded = await record(finished);
    const [released] = await Promise.all([
      closed(finished, recorded).then((ids) => conclusion.conclude(ids)),
      settleCancels(finished, recorded),
    ]);
    dispatcher.dispatch(released);
  }

  return {
    /** Idempotent: what was recorded stays, the rest is done again. */
    async onBatch(reports: readonly RunReport[]): Promise<void> {
      const { finished, started } = foldReports(reports);
      await store.recordStarted(started);
      for (const chunk of toChunks(finished)) await recordAndConclude(chunk);
    },
  };
}

/** The end of a run whose outputs cannot be stored: without them, and as the service's own failure. */
function withoutContent(report: RunFinished): RunFinished {
  return {
    ...report,
    worker_id: '',
    container_id: undefined,
    exit: { reason: 'sandbox_lost', code: null, signal: null },
    outputs: [],
    truncated: { stdout: true, stderr: true, outputs: true },
  };
}
