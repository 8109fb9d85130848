/** Responses as operators see them: of all organizations, and each look at a conversation is written down. */
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

export type OperatorResponsesDeps = {
  readonly store: OperatorResponseStore;
  readonly audit: Pick<Audit, 'record'>;
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

export function createOperatorResponses({ store, audit }: OperatorResponsesDeps) {
  async function placeOf(after: ResponseId | undefined): Promise<ResponsePlace | undefined> {
    if (after === undefined) return undefined;
    const place = await store.placeOf(after);
    if (place === undefined) throw noSuchResponse('after');
    return place;
  }

  return {
    /** @throws AppError NOT_FOUND when `after` names no response */
    async list({ limit, after, ...filter }: OperatorResponseQuery) {
      const rows: ResponseSummaryRow[] = await store.list(filter, { limit, after: await placeOf(after) });
      return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
    },

    /** @throws AppError NOT_FOUND */
    async read(id: ResponseId, origin: Origin): Promise<WholeResponse> {
      const row = await store.find(id);
      if (row === undefined) throw noSuchResponse();
      const organizationId = row.organization_id;
      const [runs, earlier] = await Promise.all([
        store.runsOf(organizationId, id),
        store.earlierIds(organizationId, id, EARLIER_MAX),
      ]);
      await audit.record({ ...origin, action: 'response.read', outcome: 'done', organizationId, targetId: id });
      return { row, runs, earlierIds: earlier.toReversed() };
    },
  };
}

export type OperatorResponses = ReturnType<typeof createOperatorResponses>;

function noSuchResponse(param?: string): AppError {
  return new AppError('NOT_FOUND', 'There is no such response.', param === undefined ? {} : { param });
}
