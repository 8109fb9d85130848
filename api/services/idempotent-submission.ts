/** Submission under an idempotency key: whatever arrives twice runs once, on however many api processes. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../shared/contracts/errors.ts';
import type { CreateExecution } from '../../shared/contracts/execution.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { IdempotencyName, IdempotencyRow, IdempotencyStore } from '../store/idempotency-store.ts';
import type { ExecutionRow, NewExecutionRow } from '../store/schema.ts';
import { bodyDigest } from './body-digest.ts';
import { insertedRow } from './new-execution.ts';
import type { Submission } from './submission.ts';

export type IdempotentSubmissionDeps = {
  readonly keys: IdempotencyStore;
  readonly executions: Pick<ExecutionStore, 'find' | 'deleteUnacknowledged'>;
  readonly submission: Pick<Submission, 'enqueue' | 'withdraw'>;
};

export type Idempotent = { readonly name: IdempotencyName; readonly input: CreateExecution };
export type Outcome = { readonly row: ExecutionRow; readonly replayed: boolean };

const POLL_MS = 25;
/** After this the process that took the key is gone or hangs; its row stands, so the execution will run. */
const ADOPT_AFTER_MS = 5_000;

export function createIdempotentSubmission({ keys, executions, submission }: IdempotentSubmissionDeps) {
  /** @returns undefined when the key is taken */
  async function first(organizationId: OrganizationId, { name, input }: Idempotent, row: NewExecutionRow) {
    const createdAt = await keys.insertQueued(organizationId, name, bodyDigest(input), row);
    if (createdAt === undefined) return undefined;
    const inserted = insertedRow(row, createdAt);
    try {
      await submission.enqueue(organizationId, inserted);
    } catch (error) {
      const adopted = !(await keys.free(organizationId, inserted.id));
      if (adopted) return inserted; // another request has answered with it: it stays, and the reconciler queues it
      await submission.withdraw(organizationId, inserted);
      throw error;
    }
    await keys.accept(organizationId, inserted.id);
    return inserted;
  }

  /** @returns the row that stands for the key, or undefined when the key is free again */
  async function again(organizationId: OrganizationId, { name, input }: Idempotent) {
    for (;;) {
      const known = await keys.find(organizationId, name);
      if (known === undefined) return undefined;
      const executionId = executionOf(known, bodyDigest(input));
      const certain =
        known.accepted || (known.age_ms > ADOPT_AFTER_MS && (await keys.accept(organizationId, executionId)));
      const row = certain ? await executions.find(organizationId, executionId) : undefined;
      if (row !== undefined) return row;
      await delay(POLL_MS);
    }
  }

  return {
    /**
     * @param newRow makes the row, unless its files are gone
     * @throws AppError what `newRow` throws, unless the key stands for an execution already
     */
    async submit(
      organizationId: OrganizationId,
      request: Idempotent,
      newRow: () => Promise<NewExecutionRow>,
    ): Promise<Outcome> {
      const row = await newRow().catch((error: unknown) => ({ error }));
      // A key that its first request gave up is taken by the next one that asks: one of them gets through or fails itself.
      for (;;) {
        const inserted = 'error' in row ? undefined : await first(organizationId, request, row);
        if (inserted !== undefined) return { row: inserted, replayed: false };
        const existing = await again(organizationId, request);
        if (existing !== undefined) return { row: existing, replayed: true };
        if ('error' in row) throw row.error;
      }
    },
  };
}

export type IdempotentSubmission = ReturnType<typeof createIdempotentSubmission>;

function executionOf(known: IdempotencyRow, digest: string) {
  if (known.body_sha256 !== digest) {
    throw new AppError('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used with another body; use a new key.');
  }
  if (known.execution_id === null) {
    throw new AppError('IDEMPOTENCY_CONFLICT', 'The execution of this Idempotency-Key was deleted; use a new key.');
  }
  return known.execution_id;
}
