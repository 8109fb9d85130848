/** Executions as operators deal with them: of all organizations, and each look at a tenant's code is written down. */
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId } from '../../shared/contracts/ids.ts';
import type { OperatorExecution, OperatorExecutionSummary } from '../../shared/contracts/operator-execution.ts';
import { PLAYGROUND_MARK, type RunInPlayground } from '../../shared/contracts/operator-playground.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import type { ExecutionFilter, ExecutionPlace } from '../store/operator-execution-query.ts';
import type { OperatorExecutionStore } from '../store/operator-execution-store.ts';
import type { ExecutionRow } from '../store/schema.ts';
import type { Audit } from './audit.ts';
import type { Cancellation } from './cancellation.ts';
import { isBeingDeleted, type OrganizationSettingsReader } from './organization-settings.ts';
import { toOperatorExecution, toOperatorSummary } from './operator-execution-view.ts';
import { inputOf } from './repeated-input.ts';
import type { RunExecution } from './run-execution.ts';

export type OperatorExecutionsDeps = {
  readonly store: Pick<OperatorExecutionStore, 'list' | 'find' | 'ownerOf' | 'placeOf'>;
  readonly cancellation: Pick<Cancellation, 'cancel'>;
  readonly runs: Pick<RunExecution, 'run'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly audit: Pick<Audit, 'record' | 'attempt'>;
};

export type OperatorListQuery = ExecutionFilter & {
  readonly limit: number;
  /** Stands in the code, in capitals or not. */
  readonly text?: string | undefined;
  /** The last id of the page before. */
  readonly after?: ExecutionId | undefined;
};

export type OperatorPage = { readonly data: OperatorExecutionSummary[]; readonly hasMore: boolean };

export function createOperatorExecutions(deps: OperatorExecutionsDeps) {
  const { store, cancellation, runs, settings, audit } = deps;

  async function placeOf(after: ExecutionId | undefined): Promise<ExecutionPlace | undefined> {
    if (after === undefined) return undefined;
    const place = await store.placeOf(after);
    if (place === undefined) throw noSuchExecution('after');
    return place;
  }

  async function existing(id: ExecutionId): Promise<ExecutionRow> {
    const row = await store.find(id);
    if (row === undefined) throw noSuchExecution();
    return row;
  }

  return {
    /** @throws AppError NOT_FOUND when `after` names no execution */
    async list({ limit, after, ...filter }: OperatorListQuery): Promise<OperatorPage> {
      // The database would look through all executions to find that none is both.
      if ((filter.wallMsMin ?? 0) > (filter.wallMsMax ?? Infinity)) return { data: [], hasMore: false };
      const rows = await store.list({ ...filter, limit, after: await placeOf(after) });
      return { data: rows.slice(0, limit).map(toOperatorSummary), hasMore: rows.length > limit };
    },

    /** @throws AppError NOT_FOUND */
    async read(id: ExecutionId, origin: Origin): Promise<OperatorExecution> {
      const row = await existing(id);
      await audit.record({
        ...origin,
        action: 'execution.read',
        outcome: 'done',
        organizationId: row.organization_id,
        targetId: id,
      });
      return toOperatorExecution(row);
    },

    /** @throws AppError NOT_FOUND, EXECUTION_ENDED, QUEUE_UNAVAILABLE */
    async cancel(id: ExecutionId, origin: Origin): Promise<OperatorExecution> {
      const organizationId = await store.ownerOf(id);
      const act = { ...origin, action: 'execution.cancel', organizationId, targetId: id };
      const row = await audit.attempt(act, async () => {
        if (organizationId === undefined) throw noSuchExecution();
        return cancellation.cancel(organizationId, id);
      });
      return toOperatorExecution(row);
    },

    /**
     * Runs the same input again as a new execution of the same organization.
     * @throws AppError NOT_FOUND, EXECUTION_RUNNING, ORGANIZATION_DELETING, QUEUE_FULL and whatever else a submission may be refused with
     */
    async retry(id: ExecutionId, origin: Origin): Promise<OperatorExecution> {
      const row = await store.find(id);
      // Filled in by what is done, before it is written down.
      const details: Record<string, string> = {};
      const act = { ...origin, action: 'execution.retry', organizationId: row?.organization_id, targetId: id, details };
      return audit.attempt(act, async () => {
        if (row === undefined) throw noSuchExecution();
        if (!isFinal(row.status)) {
          throw new AppError('EXECUTION_RUNNING', 'The execution has not ended; cancel it or wait for its end.');
        }
        const { status } = await settings.find(row.organization_id);
        if (status === 'deleting') throw isBeingDeleted();
        const { row: again } = await runs.run(row.organization_id, inputOf(row), AT_ONCE);
        details['new_execution_id'] = again.id;
        return toOperatorExecution(again);
      });
    },

    /**
     * Runs code that an operator wrote as an execution of an organization. Who wrote it waits for it: of one that is
     * suspended it would not run.
     * @throws AppError NOT_FOUND, ORGANIZATION_SUSPENDED, ORGANIZATION_DELETING, QUEUE_FULL and whatever else a submission may be refused with
     */
    async run(
      { organization_id: organizationId, ...input }: RunInPlayground,
      origin: Origin,
    ): Promise<OperatorExecution> {
      const details: Record<string, string> = {};
      return audit.attempt({ ...origin, action: 'execution.run', organizationId, details }, async () => {
        const { status } = await settings.find(organizationId);
        if (status === 'deleting') throw isBeingDeleted();
        if (status === 'suspended') throw isSuspended();
        const asked = { ...input, language: 'python', metadata: PLAYGROUND_MARK, cancel_on_disconnect: false } as const;
        const { row } = await runs.run(organizationId, asked, AT_ONCE);
        details['execution_id'] = row.id;
        return toOperatorExecution(row);
      });
    },
  };
}

export type OperatorExecutions = ReturnType<typeof createOperatorExecutions>;

/** Answers as soon as the execution is taken in. */
const AT_ONCE = {
  waitMs: 0,
  signal: new AbortController().signal,
  isClientGone: () => false,
  onTaken: () => undefined,
};

function isSuspended(): AppError {
  return new AppError('ORGANIZATION_SUSPENDED', 'The organization is suspended: nothing of it runs.');
}

function noSuchExecution(param?: string): AppError {
  return new AppError('NOT_FOUND', 'There is no such execution.', param === undefined ? {} : { param });
}
