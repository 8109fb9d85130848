/** Removes an execution for good. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import type { Cancellation } from './cancellation.ts';
import { noSuchExecution } from './execution-reading.ts';

export type DeletionDeps = {
  readonly store: Pick<ExecutionStore, 'findStatus' | 'deleteFinal'>;
  readonly cancellation: Pick<Cancellation, 'cancel'>;
  readonly events: { discard(executionId: string): Promise<void> };
};

export function createDeletion({ store, cancellation, events }: DeletionDeps) {
  return {
    /**
     * A queued execution is cancelled first.
     * @throws AppError NOT_FOUND, EXECUTION_RUNNING
     */
    async delete(organizationId: OrganizationId, id: ExecutionId): Promise<void> {
      const status = await store.findStatus(organizationId, id);
      if (status === undefined) throw noSuchExecution();
      if (status === 'running') throw stillRunning();
      if (status === 'queued') await cancellation.cancel(organizationId, id).catch(unlessEnded);
      if (!(await store.deleteFinal(organizationId, id))) throw stillRunning();
      await events.discard(id).catch(() => undefined); // it expires by itself
    },
  };
}

export type Deletion = ReturnType<typeof createDeletion>;

function stillRunning(): AppError {
  return new AppError(
    'EXECUTION_RUNNING',
    'The execution is running; cancel it or wait for its end before you delete it.',
  );
}

function unlessEnded(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'EXECUTION_ENDED')) throw error;
}
