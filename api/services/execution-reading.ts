/** Reading and deleting executions. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { Execution, ExecutionSummary } from '../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionQuery, ExecutionStore } from '../store/execution-store.ts';
import { toExecution, toSummary } from './execution-view.ts';

export type ExecutionReadingDeps = { readonly store: Pick<ExecutionStore, 'find' | 'findStatus' | 'list'> };

export type Page = { readonly data: ExecutionSummary[]; readonly hasMore: boolean };

export function createExecutionReading({ store }: ExecutionReadingDeps) {
  return {
    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    async read(organizationId: OrganizationId, id: ExecutionId): Promise<Execution> {
      const row = await store.find(organizationId, id);
      if (row === undefined) throw noSuchExecution();
      return toExecution(row);
    },

    /** @throws AppError NOT_FOUND when `after` names no execution of the organization */
    async list(organizationId: OrganizationId, query: ExecutionQuery): Promise<Page> {
      const rows = await store.list(organizationId, query);
      if (rows.length === 0 && query.after !== undefined) await assertCursor(organizationId, query.after);
      return { data: rows.slice(0, query.limit).map(toSummary), hasMore: rows.length > query.limit };
    },
  };

  async function assertCursor(organizationId: OrganizationId, after: ExecutionId): Promise<void> {
    if ((await store.findStatus(organizationId, after)) === undefined) throw noSuchExecution('after');
  }
}

export type ExecutionReading = ReturnType<typeof createExecutionReading>;

export function noSuchExecution(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such execution.', param === undefined ? {} : { param });
}
