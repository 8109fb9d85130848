/** Responses of an organization: made, followed, read, cancelled, deleted. */
import { pause } from '../../../shared/platform/deadline.ts';
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import type { ModelMessage } from '../../models/model.ts';
import type { ResponseQuery, ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import type { Idempotency } from '../body-digest.ts';
import type { Background } from './background.ts';
import { noSuchResponse, type Follow, type FollowedResponse } from './follow.ts';
import type { MakingResponses } from './making.ts';
import { stillRunning, type NewResponse, type PreparedResponse } from './new-response.ts';
import { ResponseStop } from './response-end.ts';
import { isOver, type ResponseRecord } from './response-record.ts';
import { toResponseRecord, toResponseSummary, type ResponseSummary } from './response-view.ts';
import type { Taking } from './taking.ts';

export type ResponsesDeps = {
  readonly store: Pick<ResponseStore, 'find' | 'findStatus' | 'list' | 'requestCancel' | 'deleteEnded'>;
  readonly taking: Taking;
  readonly making: Pick<MakingResponses, 'make'>;
  readonly background: Pick<Background, 'enqueue'>;
  readonly follow: Follow;
  /** Tells every process that something is to be cancelled. */
  readonly cancels: { request(id: string): Promise<void> };
  readonly log: { discard(responseId: string): Promise<void> };
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** The request that a response is made for. */
export type Waiting = {
  /** Aborts when the client leaves, and when the server closes. */
  readonly signal: AbortSignal;
  readonly isClientGone: () => boolean;
};

export type CreatedResponse = {
  readonly response: ResponseRecord;
  /** Whether an earlier request of the same idempotency key made it. */
  readonly replayed: boolean;
};

export type CreateOptions = {
  readonly waiting: Waiting;
  readonly idempotency?: Idempotency | undefined;
};

export type ResponsePage = { readonly data: ResponseSummary[]; readonly hasMore: boolean };

/** What an end that another process tells is waited for: a cancelled model call is given up and its code dead by then. */
const END_WAIT_MS = 3_000;
const REREAD_MS = 100;
const NEVER = new AbortController().signal;
const NOTHING_READY = { close: () => undefined };

export function createResponses(deps: ResponsesDeps) {
  const { store, taking, making, background, follow, cancels, log, report } = deps;

  async function find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchResponse();
    return row;
  }

  /**
   * Makes it to its end.
   * @throws AppError DATABASE_UNAVAILABLE when its end could not be stored: nobody knows then how it ends
   */
  async function make(prepared: PreparedResponse, row: ResponseRow, waiting: Waiting): Promise<ResponseRecord> {
    const { signal, forget } = stopWith(waiting);
    try {
      const end = await making.make({ ...prepared, row, signal, elapsedMs: 0 });
      if (end === undefined)
        return toResponseRecord(await untilOver(row, { timeoutMs: END_WAIT_MS, signal: waiting.signal }));
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
     * @returns the response once it has ended; one in the background at once
     * @throws AppError what `Taking.take` throws, DATABASE_UNAVAILABLE
     */
    async create(
      organizationId: OrganizationId,
      input: NewResponse,
      { waiting, idempotency }: CreateOptions,
    ): Promise<CreatedResponse> {
      const taken = await taking.take({ organizationId, input, idempotency }, () => Promise.resolve(NOTHING_READY));
      const { row, prepared } = taken;
      if (row.background) {
        if (prepared !== undefined) await background.enqueue([row]);
        return { response: toResponseRecord(row), replayed: prepared === undefined };
      }
      if (prepared !== undefined)
        return { response: await make(prepared, row, keyed(waiting, idempotency)), replayed: false };
      const ended = await untilOver(row, { timeoutMs: Infinity, signal: waiting.signal });
      return { response: toResponseRecord(ended), replayed: true };
    },

    /**
     * @returns the response as it begins, and its events
     * @throws AppError like `create`, and QUEUE_UNAVAILABLE
     */
    async createFollowed(
      organizationId: OrganizationId,
      input: NewResponse,
      { waiting, idempotency }: CreateOptions,
    ): Promise<FollowedResponse & CreatedResponse> {
      const { signal } = waiting;
      const taken = await taking.take({ organizationId, input, idempotency }, ({ row }) => follow.listen(row.id));
      if (taken.prepared === undefined)
        return { ...(await follow.open(organizationId, taken.row.id, { after: 0, signal })), replayed: true };
      const { row, prepared, ready } = taken;
      if (row.background) void background.enqueue([row]);
      else make(prepared, row, keyed(waiting, idempotency)).catch(() => undefined); // its readers learn of it from the row
      const response = toResponseRecord(row);
      return { response, events: ready.follow(response, { after: 0, signal }), close: ready.close, replayed: false };
    },

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

  /** The row once it is over, or as it is after so long. */
  async function untilOver(
    { organization_id: organizationId, id }: Pick<ResponseRow, 'organization_id' | 'id'>,
    { timeoutMs, signal = NEVER }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ResponseRow> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = await store.findStatus(organizationId, id);
      const isOpen = status !== undefined && !isOver(status);
      if (!isOpen || signal.aborted || performance.now() > deadline) return find(organizationId, id);
      await pause(REREAD_MS, signal);
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

/** Whoever gives a key may leave and ask again: the response is made all the same. */
function keyed(waiting: Waiting, idempotency: Idempotency | undefined): Waiting {
  return idempotency === undefined ? waiting : { signal: NEVER, isClientGone: () => false };
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
