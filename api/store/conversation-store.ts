/** What was said before in a conversation: newest response first, as much as fits. */
import { sql } from 'kysely';
import type { OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import { HISTORY_BYTES_MAX, HISTORY_RESPONSES_MAX } from '../../shared/contracts/limits.ts';
import type { ModelMessage } from '../models/model.ts';
import { orDatabaseError, type Db } from './database.ts';

type Said = {
  readonly input: readonly ModelMessage[];
  readonly messages: readonly ModelMessage[];
  /** Bytes of this and all newer ones. */
  readonly total: number;
  readonly is_first: boolean;
};

export type Conversation = {
  /** In the order they were said. */
  readonly messages: readonly ModelMessage[];
  /** Whether older messages are left out. */
  readonly isCut: boolean;
};

export function createConversationStore({ db }: { readonly db: Db }) {
  return {
    /** What led to a response, and the response. */
    async before(organizationId: OrganizationId, id: ResponseId): Promise<Conversation> {
      const rows = await orDatabaseError(() =>
        sql<Said>`with recursive chain as (
            select input, messages, previous_response_id, 1 as depth,
              octet_length(input::text) + octet_length(messages::text) as total
              from responses where organization_id = ${organizationId} and id = ${id}
            union all
            select earlier.input, earlier.messages, earlier.previous_response_id, depth + 1,
              total + octet_length(earlier.input::text) + octet_length(earlier.messages::text)
              from responses earlier join chain on earlier.id = chain.previous_response_id
              where earlier.organization_id = ${organizationId}
                and depth < ${HISTORY_RESPONSES_MAX} and total <= ${HISTORY_BYTES_MAX})
          select input, messages, total, previous_response_id is null as is_first from chain order by depth`.execute(
          db,
        ),
      );
      return conversationOf(rows.rows);
    },

    /** The responses of a thread that were answered. */
    async ofThread(organizationId: OrganizationId, threadId: string): Promise<Conversation> {
      const rows = await orDatabaseError(() =>
        sql<Said>`with newest as (
            select id, created_at, octet_length(input::text) + octet_length(messages::text) as size
              from responses where organization_id = ${organizationId} and thread_id = ${threadId}
                and status in ('completed', 'incomplete')
              order by created_at desc, id desc limit ${HISTORY_RESPONSES_MAX + 1}),
          sized as (
            select id, sum(size) over newest_first as total, row_number() over newest_first as place,
              count(*) over () as count
              from newest window newest_first as (order by created_at desc, id desc))
          select input, messages, total::float8 as total, place = count as is_first
            from sized join responses using (id)
            where total <= ${HISTORY_BYTES_MAX} and place <= ${HISTORY_RESPONSES_MAX} order by place`.execute(db),
      );
      const isEmpty = rows.rows.length === 0;
      return isEmpty ? { messages: [], isCut: await hasAny(db, organizationId, threadId) } : conversationOf(rows.rows);
    },
  };
}

export type ConversationStore = ReturnType<typeof createConversationStore>;

function conversationOf(newestFirst: readonly Said[]): Conversation {
  const fitting = newestFirst.filter(({ total }) => total <= HISTORY_BYTES_MAX);
  return {
    messages: fitting.toReversed().flatMap(({ input, messages }) => [...input, ...messages]),
    isCut: fitting.at(-1)?.is_first !== true,
  };
}

/** Whether a thread of which nothing fits has something all the same. */
async function hasAny(db: Db, organizationId: OrganizationId, threadId: string): Promise<boolean> {
  const row = await orDatabaseError(() =>
    db
      .selectFrom('responses')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('thread_id', '=', threadId)
      .where('status', 'in', ['completed', 'incomplete'])
      .limit(1)
      .executeTakeFirst(),
  );
  return row !== undefined;
}
