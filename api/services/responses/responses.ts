/** Responses of an organization: made, followed, read, cancelled, deleted. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import type { ModelMessage } from '../../models/model.ts';
import type { ResponseQuery, ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createAsking, type AskingDeps } from './asking.ts';
import { noSuchResponse } from './no-such-response.ts';
import { stillRunning } from './new-response.ts';
import type { ResponseRecord } from './response-record.ts';
import { toResponseRecord, toResponseSummary, type ResponseSummary } from './response-view.ts';
import { createUntilOver, END_WAIT_MS } from './until-over.ts';

export type ResponsesDeps = Omit<AskingDeps, 'untilOver'> & {
  readonly store: Pick<ResponseStore, 'find' | 'findStatus' | 'list' | 'requestCancel' | 'deleteEnded'>;
  /** Tells every process that something is to be cancelled. */
  readonly cancels: { request(id: string): Promise<void> };
  readonly log: { discard(responseId: string): Promise<void> };
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type ResponsePage = { readonly data: ResponseSummary[]; readonly hasMore: boolean };

export function createResponses(deps: ResponsesDeps) {
  const { store, follow, cancels, log, report } = deps;
  const untilOver = createUntilOver(store);
  async function find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchResponse();
    return row;
  }

  return {
    ...createAsking({ ...deps, untilOver }),

    /**
     * @returns events from the one after `after` to the end, of a response in whatever state
     * @throws AppError NOT_FOUND, QUEUE_UNAVAILABLE
     */
    follow: follow.open,

    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    async read(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRecord> {
      return toResponseRecord(await find(organizationId, id));
    },

    /** What it was asked, without what was said before. @throws AppError NOT_FOUND */
    async readInput(organizationId: OrganizationId, id: ResponseId): Promise<readonly ModelMessage[]> {
      return (await find(organizationId, id)).input;
    },

    /** @throws AppError NOT_FOUND when `after` names no response of the organization */
    async list(organizationId: OrganizationId, query: ResponseQuery): Promise<ResponsePage> {
      const rows = await store.list(organizationId, query);
      const { after, limit } = query;
      if (rows.length === 0 && after !== undefined && (await store.findStatus(organizationId, after)) === undefined)
        throw noSuchResponse('after');
      return { data: rows.slice(0, limit).map(toResponseSummary), hasMore: rows.length > limit };
    },

    /**
     * @returns the response as it is once its code is dead, or after a moment's waiting
     * @throws AppError NOT_FOUND, RESPONSE_ENDED, QUEUE_UNAVAILABLE
     */
    async cancel(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRecord> {
      const isOpen = await store.requestCancel(organizationId, id);
      if (!isOpen) return cancelledBefore(await find(organizationId, id));
      await cancels.request(id);
      return toResponseRecord(await untilOver({ organization_id: organizationId, id }, { timeoutMs: END_WAIT_MS }));
    },

    /** @throws AppError NOT_FOUND, RESPONSE_RUNNING */
    async delete(organizationId: OrganizationId, id: ResponseId): Promise<void> {
      if (!(await store.deleteEnded(organizationId, id))) {
        await find(organizationId, id);
        throw stillRunning();
      }
      await log.discard(id).catch((error: unknown) => {
        report('the log of a deleted response could not be removed', { responseId: id, error });
      });
    },
  };
}

export type Responses = ReturnType<typeof createResponses>;

function cancelledBefore(row: ResponseRow): ResponseRecord {
  if (row.status === 'cancelled') return toResponseRecord(row);
  throw new AppError('RESPONSE_ENDED', `The response has ended (${row.status}): it can no longer be cancelled.`, {
    details: { status: row.status },
  });
}
