/** Responses as operators see them: of all organizations, and each look at a conversation, or end put to one, is written down. */
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ResponseId } from '../../shared/contracts/ids.ts';
import type {
  OperatorResponseStore,
  ResponseFilter,
  ResponsePlace,
  ResponseRunRow,
} from '../store/operator-response-store.ts';
import type { ResponseRow, ResponseSummaryRow } from '../store/schema.ts';
import type { Audit } from './audit.ts';
import type { Responses } from './responses/responses.ts';

export type OperatorResponsesDeps = {
  readonly store: OperatorResponseStore;
  readonly responses: Pick<Responses, 'cancel'>;
  readonly audit: Pick<Audit, 'record' | 'attempt'>;
};

export type OperatorResponseQuery = ResponseFilter & {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: ResponseId | undefined;
};

export type WholeResponse = {
  readonly row: ResponseRow;
  /** Oldest first. */
  readonly runs: readonly ResponseRunRow[];
  /** Oldest first. */
  readonly earlierIds: readonly ResponseId[];
};

const EARLIER_MAX = 50;

export function createOperatorResponses({ store, responses, audit }: OperatorResponsesDeps) {
  async function placeOf(after: ResponseId | undefined): Promise<ResponsePlace | undefined> {
    if (after === undefined) return undefined;
    const place = await store.placeOf(after);
    if (place === undefined) throw noSuchResponse('after');
    return place;
  }

  async function whole(id: ResponseId): Promise<WholeResponse> {
    const row = await store.find(id);
    if (row === undefined) throw noSuchResponse();
    const [runs, earlier] = await Promise.all([
      store.runsOf(row.organization_id, id),
      store.earlierIds(row.organization_id, id, EARLIER_MAX),
    ]);
    return { row, runs, earlierIds: earlier.toReversed() };
  }

  return {
    /** @throws AppError NOT_FOUND when `after` names no response */
    async list({ limit, after, ...filter }: OperatorResponseQuery) {
      const rows: ResponseSummaryRow[] = await store.list(filter, { limit, after: await placeOf(after) });
      return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
    },

    /** @throws AppError NOT_FOUND */
    async read(id: ResponseId, origin: Origin): Promise<WholeResponse> {
      const response = await whole(id);
      const organizationId = response.row.organization_id;
      await audit.record({ ...origin, action: 'response.read', outcome: 'done', organizationId, targetId: id });
      return response;
    },

    /**
     * @returns the response as it is once its code is dead, or after a moment's waiting
     * @throws AppError NOT_FOUND, RESPONSE_ENDED, QUEUE_UNAVAILABLE
     */
    async cancel(id: ResponseId, origin: Origin): Promise<WholeResponse> {
      const organizationId = await store.ownerOf(id);
      return audit.attempt({ ...origin, action: 'response.cancel', organizationId, targetId: id }, async () => {
        if (organizationId === undefined) throw noSuchResponse();
        await responses.cancel(organizationId, id);
        return whole(id);
      });
    },
  };
}

export type OperatorResponses = ReturnType<typeof createOperatorResponses>;

function noSuchResponse(param?: string): AppError {
  return new AppError('NOT_FOUND', 'There is no such response.', param === undefined ? {} : { param });
}
