/** Reading and deleting executions. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { Execution, ExecutionSummary } from '../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ExecutionQuery, ExecutionStore } from '../store/execution-store.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import { toExecution, toSummary } from './execution-view.ts';
import { representationOf, representationsOf, type Representation } from './output-content.ts';

const RETRY_AFTER_SECONDS = 1;

export type ExecutionReadingDeps = {
  readonly store: Pick<ExecutionStore, 'find' | 'findOutputs' | 'findStatus' | 'list'>;
};

/** Which output: the place among its execution's outputs counts from 0. */
export type OutputPlace = { readonly id: ExecutionId; readonly n: number };

export type Page = { readonly data: ExecutionSummary[]; readonly hasMore: boolean };

export function createExecutionReading({ store }: ExecutionReadingDeps) {
  return {
    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    async read(organizationId: OrganizationId, id: ExecutionId): Promise<Execution> {
      const row = await store.find(organizationId, id);
      if (row === undefined) throw noSuchExecution();
      return toExecution(row);
    },

    /**
     * The bytes of one output.
     * @param mediaType of which of its representations, if not of the one that people look at
     * @throws AppError NOT_FOUND, EXECUTION_RUNNING, VALIDATION_ERROR
     */
    async readOutput(
      organizationId: OrganizationId,
      { id, n }: OutputPlace,
      mediaType: string | undefined,
    ): Promise<Representation> {
      const row = await store.findOutputs(organizationId, id);
      if (row === undefined) throw noSuchExecution();
      if (!isFinal(row.status)) throw notYet();
      const output = row.outputs?.[n];
      if (output === undefined) throw new AppError('NOT_FOUND', `The execution has no output ${String(n)}.`);
      const found = representationOf(output, n, mediaType);
      if (found === undefined) throw noSuchRepresentation(representationsOf(output));
      return found;
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

function notYet(): AppError {
  const message = 'The execution has not ended; its outputs can be read one by one once it has.';
  return new AppError('EXECUTION_RUNNING', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function noSuchRepresentation(known: readonly string[]): AppError {
  const message = `media_type: the output has no such representation; it has ${known.join(', ')}.`;
  return new AppError('VALIDATION_ERROR', message, { param: 'media_type' });
}
