/** Takes an execution in: row first, then the index, then – if it may go at once – the queue. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { QuotaName } from '../../shared/contracts/quotas.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { ExecutionRow, NewExecutionRow } from '../store/schema.ts';
import type { Dispatcher } from './dispatcher.ts';
import { insertedRow, toJob, type UnsourcedJob } from './new-execution.ts';
import type { OrganizationSettingsReader } from './organization-settings.ts';
import { termsOf, type QueueTerms } from './queue-terms.ts';

type Entry = QueueTerms & { readonly organizationId: string; readonly executionId: string; readonly bytes: number };
type Submitted = { accepted: true; released: string[] } | { accepted: false; reason: 'count' | 'bytes'; limit: number };

export type SubmissionDeps = {
  readonly store: Pick<ExecutionStore, 'insertQueued' | 'deleteUnacknowledged'>;
  readonly fairIndex: {
    submit(entry: Entry): Promise<Submitted>;
    finish(executionId: string): Promise<{ released: string[] }>;
  };
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly queue: { add(job: UnsourcedJob): Promise<void>; remove(executionId: string): Promise<void> };
  readonly cancels: { request(executionId: string): Promise<void> };
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

const QUEUE_FULL_RETRY_SECONDS = 5;
const QUOTA_OF = { count: 'queued_max', bytes: 'queued_bytes_max' } as const satisfies Record<string, QuotaName>;

export function createSubmission(deps: SubmissionDeps) {
  const { store, fairIndex, settings, queue, cancels, dispatcher, report } = deps;

  /** @throws AppError QUEUE_FULL, QUEUE_UNAVAILABLE, DATABASE_UNAVAILABLE: then the row still has to be removed */
  async function enqueue(organizationId: OrganizationId, row: ExecutionRow): Promise<void> {
    const terms = termsOf(await settings.find(organizationId));
    const answer = await fairIndex.submit({ ...terms, organizationId, executionId: row.id, bytes: row.input_bytes });
    if (!answer.accepted) throw queueFull(answer);
    // One that may go at once is still in the first generation: its row needs no update.
    const others = answer.released.filter((id) => id !== row.id);
    dispatcher.dispatch(others);
    if (others.length < answer.released.length) await queue.add(toJob(row));
  }

  /** The execution was never acknowledged, so nothing of it may stay. The index is told, but not waited for. */
  async function withdraw(organizationId: OrganizationId, row: ExecutionRow): Promise<void> {
    // The job may be there all the same: a refusal is ambiguous. Commands of one connection stay in order.
    Promise.all([cancels.request(row.id), queue.remove(row.id)]).catch(() => undefined);
    fairIndex.finish(row.id).then(
      ({ released }) => {
        dispatcher.dispatch(released);
      },
      () => undefined, // an id without a row is dropped when its turn comes
    );
    try {
      await store.deleteUnacknowledged(organizationId, row.id);
    } catch (error) {
      report('a refused execution could not be removed and will run', { executionId: row.id, error });
    }
  }

  return {
    /** @throws AppError QUEUE_FULL, QUEUE_UNAVAILABLE, DATABASE_UNAVAILABLE, STORAGE_FULL: nothing was taken in */
    async submit(organizationId: OrganizationId, row: NewExecutionRow): Promise<ExecutionRow> {
      const inserted = insertedRow(row, await store.insertQueued(organizationId, row));
      try {
        await enqueue(organizationId, inserted);
      } catch (error) {
        await withdraw(organizationId, inserted);
        throw error;
      }
      return inserted;
    },
    enqueue,
    withdraw,
  };
}

export type Submission = ReturnType<typeof createSubmission>;

function queueFull({ reason, limit }: { reason: 'count' | 'bytes'; limit: number }): AppError {
  const what = reason === 'count' ? 'executions' : 'bytes of code and stdin';
  return new AppError(
    'QUEUE_FULL',
    `Your organization may have at most ${String(limit)} ${what} queued, and has no room for this now.`,
    {
      details: { quota: QUOTA_OF[reason], reason, limit },
      retryAfterSeconds: QUEUE_FULL_RETRY_SECONDS,
    },
  );
}
