/** Responses while they are made, as their process writes them, and what is done for those whose process is gone. */
import { sql, type UpdateResult } from 'kysely';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import { OPEN_STATUSES } from '../../shared/contracts/statuses.ts';
import type { ModelMessage, TokenUsage } from '../models/model.ts';
import type { ModelStep, ResponseFault, ResponseStatus } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';

/** The statuses of responses that are not over. */
export const OPEN_RESPONSES = ['queued', 'in_progress'] as const;

/** How far a response is. */
export type ResponseState = {
  readonly messages: readonly ModelMessage[];
  readonly items: readonly ResponseItem[];
  readonly steps: number;
  /** What the model was asked, also in vain. */
  readonly modelSteps: readonly ModelStep[];
  readonly usage: TokenUsage;
};

export type ResponseEnd = ResponseState & { readonly status: ResponseStatus; readonly fault: ResponseFault | null };

/** Who writes: the process that took the response up for the n-th time. */
export type Attempt = { readonly id: ResponseId; readonly attempt: number };

export function createResponseProgressStore({ db }: { readonly db: Db }) {
  const openOne = ({ id, attempt }: Attempt) =>
    db
      .updateTable('responses')
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .where('status', 'in', OPEN_RESPONSES);

  return {
    /** Stores how far it is. @returns false when it is not open any more, gone, or another's */
    async save(of: Attempt, state: ResponseState): Promise<boolean> {
      return updates(openOne(of).set(stateColumns(state)));
    },

    /** Stores what of it is shown, between two steps. */
    async saveItems(of: Attempt, items: readonly ResponseItem[]): Promise<void> {
      await updates(openOne(of).set({ items: JSON.stringify(items) }));
    },

    /** @returns false when it had ended before, is gone, or another's */
    async finish(of: Attempt, { status, fault, ...state }: ResponseEnd): Promise<boolean> {
      return updates(
        openOne(of).set({
          ...stateColumns(state),
          status,
          history: null,
          fault: fault === null ? null : JSON.stringify(fault),
          completed_at: sql<Date>`clock_timestamp()`,
        }),
      );
    },

    /** Stores how far it is, and lets another process take it up at once. @returns like `save` */
    async handBack(of: Attempt, state: ResponseState): Promise<boolean> {
      return updates(openOne(of).set({ ...stateColumns(state), heartbeat_at: sql<Date>`to_timestamp(0)` }));
    },

    /** Tells that the process that makes it lives. @returns undefined when it is not open any more, or another's */
    async beat(of: Attempt): Promise<{ readonly isCancelRequested: boolean } | undefined> {
      const row = await orDatabaseError(() =>
        openOne(of)
          .set({ heartbeat_at: sql<Date>`clock_timestamp()` })
          .returning('cancel_requested_at')
          .executeTakeFirst(),
      );
      return row && { isCancelRequested: row.cancel_requested_at !== null };
    },

    /**
     * Ends foreground responses whose process has told nothing for so long.
     * @returns their executions that are still open
     */
    async failLost(silenceMs: number, fault: ResponseFault, limit: number): Promise<LostExecution[]> {
      const lost = await orDatabaseError(() =>
        sql<LostExecution>`with lost as (
            update responses set status = 'failed', fault = ${JSON.stringify(fault)}::json, completed_at = clock_timestamp()
            where id in (select id from responses where status = 'in_progress' and not background
              and heartbeat_at < now() - ${silenceMs} * interval '1 millisecond'
              order by heartbeat_at limit ${limit} for update skip locked)
            returning id)
          select lost.id as response_id, executions.id as execution_id, executions.organization_id
            from lost left join executions on executions.response_id = lost.id
              and executions.status = any(${OPEN_STATUSES})`.execute(db),
      );
      return lost.rows;
    },

    /** @returns how many were removed: responses that ended more than `days` ago, at most `limit` of them */
    async deleteEndedBefore(days: number, limit: number): Promise<number> {
      const result = await orDatabaseError(() =>
        sql`delete from responses where id in (
            select id from responses where completed_at < now() - ${days} * interval '1 day'
            order by completed_at limit ${limit} for update skip locked)`.execute(db),
      );
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

export type ResponseProgressStore = ReturnType<typeof createResponseProgressStore>;

/** A response that was lost, once for each of its open executions; `execution_id` is null where it has none. */
export type LostExecution =
  | { readonly response_id: ResponseId; readonly execution_id: null; readonly organization_id: null }
  | { readonly response_id: ResponseId; readonly execution_id: ExecutionId; readonly organization_id: OrganizationId };

function stateColumns({ messages, items, steps, modelSteps, usage }: ResponseState) {
  return {
    messages: JSON.stringify(messages),
    items: JSON.stringify(items),
    steps,
    model_steps: JSON.stringify(modelSteps),
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
  };
}

/** Whether a statement changed anything. */
async function updates(statement: { executeTakeFirst(): Promise<UpdateResult | undefined> }): Promise<boolean> {
  const result = await orDatabaseError(() => statement.executeTakeFirst());
  return (result?.numUpdatedRows ?? 0n) > 0n;
}
