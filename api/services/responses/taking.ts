/** Takes a response in, perhaps under an idempotency key: equal requests make one, on however many api processes. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../../shared/contracts/ids.ts';
import type { KnownResponse, ResponseInsertionStore } from '../../store/response-insertion-store.ts';
import type { ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import type { Idempotency } from '../body-digest.ts';
import type { NewResponse, NewResponses, PreparedResponse } from './new-response.ts';

export type TakingDeps = {
  readonly insertion: ResponseInsertionStore;
  readonly store: Pick<ResponseStore, 'find'>;
  readonly newResponses: NewResponses;
};

export type Asked = {
  readonly organizationId: OrganizationId;
  readonly input: NewResponse;
  readonly idempotency: Idempotency | undefined;
};

/** `prepared` is there for a new one alone. */
export type Taken<Ready> =
  | { readonly row: ResponseRow; readonly prepared: PreparedResponse; readonly ready: Ready }
  | { readonly row: ResponseRow; readonly prepared: undefined };

export function createTaking({ insertion, store, newResponses }: TakingDeps) {
  /** @throws AppError IDEMPOTENCY_CONFLICT */
  async function earlier({ organizationId, idempotency }: Asked): Promise<ResponseRow | undefined> {
    if (idempotency === undefined) return undefined;
    const known = await insertion.find(organizationId, idempotency);
    if (known === undefined) return undefined;
    const row = await store.find(organizationId, responseOf(known, idempotency));
    if (row === undefined) throw deleted(); // this very moment
    return row;
  }

  return {
    /**
     * @param prepare what must be done before the response comes into being, and undone where it does not
     * @throws AppError what `NewResponses.prepare` and `prepare` throw, IDEMPOTENCY_CONFLICT, TOO_MANY_RESPONSES
     */
    async take<Ready extends { close(): void }>(
      asked: Asked,
      prepare: (prepared: PreparedResponse) => Promise<Ready>,
    ): Promise<Taken<Ready>> {
      const { organizationId, input, idempotency } = asked;
      for (;;) {
        const known = await earlier(asked);
        if (known !== undefined) return { row: known, prepared: undefined };
        const prepared = await newResponses.prepare(organizationId, input);
        const ready = await prepare(prepared);
        const { history } = prepared;
        const row = await insertion
          .insert(organizationId, { row: prepared.row, history, idempotency })
          .catch((error: unknown) => {
            ready.close();
            throw error;
          });
        if (row !== undefined) return { row, prepared, ready };
        ready.close(); // an equal request was faster: the next round finds what it made
      }
    },
  };
}

export type Taking = ReturnType<typeof createTaking>;

function responseOf({ body_sha256: digest, response_id: id }: KnownResponse, idempotency: Idempotency) {
  if (digest !== idempotency.digest)
    throw new AppError('IDEMPOTENCY_CONFLICT', 'This Idempotency-Key was used with another body; use a new key.');
  if (id === null) throw deleted();
  return id;
}

function deleted(): AppError {
  return new AppError('IDEMPOTENCY_CONFLICT', 'The response of this Idempotency-Key was deleted; use a new key.');
}
