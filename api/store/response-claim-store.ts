/**
 * Responses in the background: which one is made next, by whom, and what becomes of those that nobody makes any more.
 * Each time one is taken up counts as an attempt; only the newest attempt may write.
 */
import { sql } from 'kysely';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import { OPEN_STATUSES } from '../../shared/contracts/statuses.ts';
import type { ModelMessage } from '../models/model.ts';
import type { ResponseFault } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';
import { RESPONSE_COLUMNS } from './response-store.ts';
import type { ResponseRow } from './schema.ts';

export type ClaimedResponse = ResponseRow & {
  readonly history: ModelMessage[] | null;
  /** How long it has been made, over all attempts. */
  readonly elapsed_ms: number;
};

export type DueResponse = { readonly id: ResponseId; readonly attempt: number };

export type GivenUp = { readonly id: ResponseId; readonly organization_id: OrganizationId };

export type ClaimTerms = {
  /** Whoever has told nothing for so long makes nothing any more. */
  readonly silenceMs: number;
  readonly attemptsMax: number;
};

/** Models by which processes know them. */
export type ClaimableModels = {
  /** The process that claims can ask them. */
  readonly own: readonly string[];
  /** Some process knows them. */
  readonly there: readonly string[];
  /** No process knows them any more: whoever takes up what waits for one says so. */
  readonly gone: readonly string[];
};

/** How long a response waits for a process that knows its model, where nobody can tell whether there was one. */
const UNKNOWN_MODEL_SECONDS = 600;

export function createResponseClaimStore({ db }: { readonly db: Db }) {
  const columns = sql.join(RESPONSE_COLUMNS.map((name) => sql.ref(name)));

  return {
    /**
     * Takes up one that waits: of the organization that has the fewest under way, its oldest.
     * @param models what waits for one that another process knows is left to that
     * @param perOrganizationMax how many an organization has under way at a time; two processes that claim at the same
     *   moment may go a little beyond
     */
    async claim(
      terms: ClaimTerms,
      models: ClaimableModels,
      perOrganizationMax: number,
    ): Promise<ClaimedResponse | undefined> {
      const claimed = await orDatabaseError(() =>
        sql<ClaimedResponse>`with alive as (
            select organization_id, count(*) as count from responses
            where background and status = 'in_progress' and heartbeat_at >= ${lastSign(terms)}
            group by organization_id)
          update responses set status = 'in_progress', attempt = attempt + 1,
            started_at = coalesce(started_at, clock_timestamp()), heartbeat_at = clock_timestamp()
          where id = (
            select responses.id from responses join organizations on organizations.id = responses.organization_id
              left join alive on alive.organization_id = responses.organization_id
            where ${isDue(terms)} and ${isClaimable(models)} and organizations.status = 'active'
              and attempt < ${terms.attemptsMax} and cancel_requested_at is null
              and coalesce(alive.count, 0) < ${perOrganizationMax}
            order by coalesce(alive.count, 0), responses.created_at limit 1 for update of responses skip locked)
          returning ${columns}, history,
            (extract(epoch from clock_timestamp() - started_at) * 1000)::float8 as elapsed_ms`.execute(db),
      );
      return claimed.rows[0];
    },

    /** Those that could be taken up now, the oldest first. */
    async due(terms: ClaimTerms, limit: number): Promise<DueResponse[]> {
      const due = await orDatabaseError(() =>
        sql<DueResponse>`select id, attempt from responses where ${isDue(terms)}
          order by created_at limit ${limit}`.execute(db),
      );
      return due.rows;
    },

    /** Ends those that nobody makes and nobody will: cancelled meanwhile, or taken up too often. */
    async endGivenUp(terms: ClaimTerms, fault: ResponseFault): Promise<GivenUp[]> {
      const ended = await orDatabaseError(() =>
        sql<GivenUp>`update responses set completed_at = clock_timestamp(), history = null,
            status = case when cancel_requested_at is null then 'failed' else 'cancelled' end,
            fault = case when cancel_requested_at is null then ${JSON.stringify(fault)}::json end
          where ${isDue(terms)} and (cancel_requested_at is not null or attempt >= ${terms.attemptsMax})
          returning id, organization_id`.execute(db),
      );
      return ended.rows;
    },

    /** Age of the oldest that nobody has begun to make; null when there is none. */
    async oldestWaitingSeconds(): Promise<number | null> {
      const { rows } = await orDatabaseError(() =>
        sql<{
          seconds: number | null;
        }>`select extract(epoch from clock_timestamp() - min(created_at))::float8 as seconds
          from responses where status = 'queued'`.execute(db),
      );
      return rows[0]?.seconds ?? null;
    },

    async openExecutions(organizationId: OrganizationId, id: ResponseId): Promise<ExecutionId[]> {
      const rows = await orDatabaseError(() =>
        db
          .selectFrom('executions')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('response_id', '=', id)
          .where('status', 'in', OPEN_STATUSES)
          .execute(),
      );
      return rows.map((row) => row.id);
    },

    /** Asks for the end of everything of an organization; what waits ends by that. @returns what is still being made */
    async cancelAll(organizationId: OrganizationId): Promise<ResponseId[]> {
      const open = await orDatabaseError(() =>
        sql<{ id: ResponseId; status: string }>`update responses set
            cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
            completed_at = case when status = 'queued' then clock_timestamp() end,
            history = case when status = 'queued' then null else history end,
            status = case when status = 'queued' then 'cancelled' else status end
          where organization_id = ${organizationId} and status in ('queued', 'in_progress')
          returning id, status`.execute(db),
      );
      return open.rows.flatMap(({ id, status }) => (status === 'in_progress' ? [id] : []));
    },
  };
}

export type ResponseClaimStore = ReturnType<typeof createResponseClaimStore>;

const lastSign = ({ silenceMs }: ClaimTerms) => sql`now() - ${silenceMs} * interval '1 millisecond'`;

const isClaimable = ({ own, there, gone }: ClaimableModels) => sql`(responses.model = any(${[...own, ...gone]})
  or responses.created_at < now() - ${UNKNOWN_MODEL_SECONDS} * interval '1 second'
    and not responses.model = any(${[...there]}))`;

/** In the background, and made by nobody. */
const isDue = (terms: ClaimTerms) => sql`background and (responses.status = 'queued'
  or responses.status = 'in_progress' and heartbeat_at < ${lastSign(terms)})`;
