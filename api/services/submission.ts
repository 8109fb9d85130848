/** Takes an execution in: row first, then the index, then – if it may go at once – the queue. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { ExecutionRow, NewExecutionRow } from '../store/schema.ts';
import type { Dispatcher } from './dispatcher.ts';
import { insertedRow, toJob } from './new-execution.ts';

type Submitted = { accepted: true; released: string[] } | { accepted: false; reason: 'count' | 'bytes'; limit: number };

export type SubmissionDeps = {
  readonly store: Pick<ExecutionStore, 'insertQueued' | 'deleteUnacknowledged'>;
  readonly fairIndex: {
    submit(entry: { organizationId: string; executionId: string; bytes: number }): Promise<Submitted>;
    finish(executionId: string): Promise<{ released: string[] }>;
  };
  readonly queue: { add(job: ExecutionJob): Promise<void>; remove(executionId: string): Promise<void> };
  readonly cancels: { request(executionId: string): Promise<void> };
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

const QUEUE_FULL_RETRY_SECONDS = 5;

export function createSubmission({ store, fairIndex, queue, cancels, dispatcher, report }: SubmissionDeps) {
  /** @throws AppError QUEUE_FULL, QUEUE_UNAVAILABLE: then the row still has to be removed */
  async function enqueue(organizationId: OrganizationId, row: ExecutionRow): Promise<void> {
    const answer = await fairIndex.submit({ organizationId, executionId: row.id, bytes: row.input_bytes });
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
    `Your organization has ${String(limit)} ${what} queued, which is the most allowed.`,
    {
      details: { reason, limit },
      retryAfterSeconds: QUEUE_FULL_RETRY_SECONDS,
    },
  );
}
