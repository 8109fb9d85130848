/** Asks for responses: they are made here while the client waits or reads, or by whoever has room. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../../shared/contracts/ids.ts';
import { WAITED_RESPONSES_MAX } from '../../../shared/contracts/limits.ts';
import type { ResponseRow } from '../../store/schema.ts';
import type { Idempotency } from '../body-digest.ts';
import { createPlaces, type Leave } from '../places.ts';
import type { Background } from './background.ts';
import type { Follow, FollowedResponse } from './follow.ts';
import type { MakingResponses } from './making.ts';
import type { NewResponse, PreparedResponse } from './new-response.ts';
import type { ResponseRecord } from './response-record.ts';
import { toResponseRecord } from './response-view.ts';
import type { Taking } from './taking.ts';
import { END_WAIT_MS, type UntilOver } from './until-over.ts';
import { keyed, stopWith, type Waiting } from './waiting-client.ts';

export type AskingDeps = {
  readonly taking: Taking;
  readonly making: Pick<MakingResponses, 'make'>;
  readonly background: Pick<Background, 'enqueue'>;
  readonly follow: Pick<Follow, 'listen' | 'open'>;
  readonly untilOver: UntilOver;
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

const NOTHING_READY = { close: () => undefined };

export function createAsking({ taking, making, background, follow, untilOver }: AskingDeps) {
  const places = createPlaces(WAITED_RESPONSES_MAX);

  /** A place for a response that a client waits for; one in the background is counted by its row. */
  function enter(organizationId: OrganizationId, input: NewResponse): Leave {
    const leave = input.background ? () => undefined : places.enter(organizationId);
    if (leave !== undefined) return leave;
    const most = String(WAITED_RESPONSES_MAX);
    throw new AppError('TOO_MANY_RESPONSES', `Your organization waits for ${most} responses already.`);
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
     * @throws AppError what `Taking.take` throws, TOO_MANY_RESPONSES, DATABASE_UNAVAILABLE
     */
    async create(
      organizationId: OrganizationId,
      input: NewResponse,
      { waiting, idempotency }: CreateOptions,
    ): Promise<CreatedResponse> {
      const leave = enter(organizationId, input);
      try {
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
      } finally {
        leave();
      }
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
      const leave = enter(organizationId, input);
      const taken = await taking
        .take({ organizationId, input, idempotency }, ({ row }) => follow.listen(row.id))
        .catch((error: unknown) => {
          leave();
          throw error;
        });
      if (taken.prepared === undefined) {
        leave();
        return { ...(await follow.open(organizationId, taken.row.id, { after: 0, signal })), replayed: true };
      }
      const { row, prepared, ready } = taken;
      if (row.background) void background.enqueue([row]);
      else void make(prepared, row, keyed(waiting, idempotency)).then(leave, leave); // its readers learn of it from the row
      const response = toResponseRecord(row);
      return { response, events: ready.follow(response, { after: 0, signal }), close: ready.close, replayed: false };
    },
  };
}
