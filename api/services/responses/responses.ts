/** Responses of an organization: made, followed, read, cancelled, deleted. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import type { ResponseQuery, ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createWatch } from '../watch.ts';
import { noSuchResponse, type Follow, type FollowedResponse } from './follow.ts';
import type { MakingResponses } from './making.ts';
import { stillRunning, type NewResponse, type NewResponses, type PreparedResponse } from './new-response.ts';
import { ResponseStop } from './response-end.ts';
import { isOver, type ResponseRecord } from './response-record.ts';
import { toResponseRecord, toResponseSummary, type ResponseSummary } from './response-view.ts';

export type ResponsesDeps = {
  readonly store: Pick<ResponseStore, 'insert' | 'find' | 'findStatus' | 'list' | 'requestCancel' | 'deleteEnded'>;
  readonly newResponses: NewResponses;
  readonly making: Pick<MakingResponses, 'make'>;
  readonly follow: Follow;
  /** Tells every process that something is to be cancelled. */
  readonly cancels: { request(id: string): Promise<void> };
  readonly log: { discard(responseId: string): Promise<void> };
  readonly onEvents: (responseId: string, listener: () => void) => Promise<() => void>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** The request that a response is made for. */
export type Waiting = {
  /** Aborts when the client leaves, and when the server closes. */
  readonly signal: AbortSignal;
  readonly isClientGone: () => boolean;
};

export type ResponsePage = { readonly data: ResponseSummary[]; readonly hasMore: boolean };

/** What a cancelled response is waited for: its model call is given up and its code dead by then. */
const CANCEL_WAIT_MS = 3_000;
const CANCEL_REREAD_MS = 100;

export function createResponses(deps: ResponsesDeps) {
  const { store, newResponses, making, follow, cancels, log, report } = deps;

  async function find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchResponse();
    return row;
  }

  /** Makes it to its end. Never rejects. */
  async function make(prepared: PreparedResponse, row: ResponseRow, waiting: Waiting): Promise<ResponseRecord> {
    const { signal, forget } = stopWith(waiting);
    try {
      const end = await making.make({ ...prepared, row, signal });
      const { usage, ...shown } = end;
      const ended = { ...row, ...shown, input_tokens: usage.inputTokens, output_tokens: usage.outputTokens };
      return toResponseRecord({
        ...ended,
        messages: [...end.messages],
        items: [...end.items],
        completed_at: new Date(),
      });
    } finally {
      forget();
    }
  }

  return {
    /**
     * @returns the response once it has ended
     * @throws AppError what `NewResponses.prepare` throws, DATABASE_UNAVAILABLE
     */
    async create(organizationId: OrganizationId, input: NewResponse, waiting: Waiting): Promise<ResponseRecord> {
      const prepared = await newResponses.prepare(organizationId, input);
      return make(prepared, await store.insert(organizationId, prepared.row), waiting);
    },

    /**
     * @returns the response as it begins, and its events
     * @throws AppError like `create`, and QUEUE_UNAVAILABLE
     */
    async createFollowed(
      organizationId: OrganizationId,
      input: NewResponse,
      waiting: Waiting,
    ): Promise<FollowedResponse> {
      const prepared = await newResponses.prepare(organizationId, input);
      const listening = await follow.listen(prepared.row.id);
      try {
        const row = await store.insert(organizationId, prepared.row);
        void make(prepared, row, waiting); // never rejects
        const response = toResponseRecord(row);
        const events = listening.follow(response, { after: 0, signal: waiting.signal });
        return { response, events, close: listening.close };
      } catch (error) {
        listening.close();
        throw error;
      }
    },

    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    async read(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRecord> {
      return toResponseRecord(await find(organizationId, id));
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
      return toResponseRecord(await untilOver(organizationId, id));
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

  async function untilOver(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const watch = createWatch(() => undefined);
    const stop = await deps.onEvents(id, watch.nudge);
    const deadline = performance.now() + CANCEL_WAIT_MS;
    try {
      for (;;) {
        const row = await find(organizationId, id);
        if (isOver(row.status) || performance.now() > deadline) return row;
        await watch.next(CANCEL_REREAD_MS);
      }
    } finally {
      stop();
    }
  }
}

export type Responses = ReturnType<typeof createResponses>;

function cancelledBefore(row: ResponseRow): ResponseRecord {
  if (row.status === 'cancelled') return toResponseRecord(row);
  throw new AppError('RESPONSE_ENDED', `The response has ended (${row.status}): it can no longer be cancelled.`, {
    details: { status: row.status },
  });
}

/** A signal that tells why: the client is gone, or this process closes. */
function stopWith({ signal, isClientGone }: Waiting) {
  const stop = new AbortController();
  const onAbort = () => {
    stop.abort(new ResponseStop(isClientGone() ? 'client_gone' : 'closing'));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return {
    signal: stop.signal,
    forget: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}
