/** New responses, perhaps under an idempotency key: its unique row decides which of two equal requests makes one. */
import { sql, type Insertable } from 'kysely';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import { BACKGROUND_RESPONSES_MAX, IDEMPOTENCY_KEPT_HOURS } from '../../shared/contracts/limits.ts';
import type { ModelMessage } from '../models/model.ts';
import type { Idempotency } from '../services/body-digest.ts';
import type { StoredRequest } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';
import { expireIdempotencyKey, type IdempotencyName } from './idempotency-store.ts';
import { OPEN_RESPONSES } from './response-progress-store.ts';
import { RESPONSE_COLUMNS } from './response-store.ts';
import type { ResponseRow, ResponseTable } from './schema.ts';

export type NewResponseRow = Pick<
  Insertable<ResponseTable>,
  'id' | 'assistant_id' | 'previous_response_id' | 'thread_id' | 'model' | 'status' | 'background'
> & {
  readonly request: StoredRequest;
  readonly input: readonly ModelMessage[];
  readonly warnings: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
};

export type KnownResponse = {
  readonly body_sha256: string;
  /** Null once the response was deleted. */
  readonly response_id: ResponseId | null;
};

export type ResponseInsertion = {
  readonly row: NewResponseRow;
  /** What was said before: kept for whoever makes it in the background. */
  readonly history: readonly ModelMessage[];
  readonly idempotency: Idempotency | undefined;
};

export function createResponseInsertionStore({ db }: { readonly db: Db }) {
  return {
    /**
     * @returns the row as it is stored; undefined when the key is taken
     * @throws AppError TOO_MANY_RESPONSES
     */
    async insert(organizationId: OrganizationId, insertion: ResponseInsertion): Promise<ResponseRow | undefined> {
      const { row, idempotency } = insertion;
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          if (idempotency !== undefined && !(await takeKey(transaction, organizationId, row.id, idempotency)))
            return undefined;
          if (row.background) await assertRoom(transaction, organizationId);
          return transaction
            .insertInto('responses')
            .values(valuesOf(organizationId, insertion))
            .returning(RESPONSE_COLUMNS)
            .executeTakeFirstOrThrow();
        }),
      );
    },

    /** What the key stands for; undefined when it is free. */
    async find(organizationId: OrganizationId, name: IdempotencyName): Promise<KnownResponse | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('idempotency_keys')
          .select(['body_sha256', 'response_id'])
          .where('organization_id', '=', organizationId)
          .where('method', '=', name.method)
          .where('path', '=', name.path)
          .where('key', '=', name.key)
          .where(sql<boolean>`created_at >= clock_timestamp() - ${IDEMPOTENCY_KEPT_HOURS} * interval '1 hour'`)
          .executeTakeFirst(),
      );
    },
  };
}

export type ResponseInsertionStore = ReturnType<typeof createResponseInsertionStore>;

/** A request that comes at the same moment with the same key waits here. @returns whether the key was free */
async function takeKey(
  transaction: Db,
  organizationId: OrganizationId,
  responseId: ResponseId,
  { method, path, key, digest }: Idempotency,
): Promise<boolean> {
  await expireIdempotencyKey(transaction, organizationId, { method, path, key });
  const taken = await transaction
    .insertInto('idempotency_keys')
    .values({
      ...{ method, path, key, organization_id: organizationId, body_sha256: digest },
      ...{ response_id: responseId, accepted: true },
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  return taken !== undefined;
}

/** The lock on the organization lets requests of it count one after another. */
async function assertRoom(transaction: Db, organizationId: OrganizationId): Promise<void> {
  await sql`select from organizations where id = ${organizationId} for no key update`.execute(transaction);
  const { open } = await transaction
    .selectFrom('responses')
    .select(({ fn }) => fn.countAll<string>().as('open'))
    .where('organization_id', '=', organizationId)
    .where('background', '=', true)
    .where('status', 'in', OPEN_RESPONSES)
    .executeTakeFirstOrThrow();
  if (Number(open) < BACKGROUND_RESPONSES_MAX) return;
  const most = String(BACKGROUND_RESPONSES_MAX);
  throw new AppError('TOO_MANY_RESPONSES', `Your organization has ${most} responses in the background already.`);
}

function valuesOf(organizationId: OrganizationId, { row, history }: ResponseInsertion) {
  const { request, input, warnings, metadata, ...rest } = row;
  return {
    ...{ ...rest, organization_id: organizationId, request: JSON.stringify(request) },
    ...{ input: JSON.stringify(input), warnings: JSON.stringify(warnings), metadata: JSON.stringify(metadata) },
    ...{ messages: '[]', items: '[]' },
    ...(row.background
      ? { attempt: 0, history: JSON.stringify(history) }
      : { attempt: 1, started_at: sql<Date>`now()` }),
  };
}
