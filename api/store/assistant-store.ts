/** Assistants of organizations: every function takes whose they are first. */
import { sql } from 'kysely';
import type { AssistantId, FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import { ASSISTANTS_PER_ORGANIZATION_MAX } from '../../shared/contracts/limits.ts';
import type { SaidOfTools } from '../services/responses/file-retrieval.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { AssistantRow } from './schema.ts';

export type AssistantFields = {
  readonly name: string;
  readonly instructions: string;
  readonly model: string | null;
  readonly tools: SaidOfTools;
  readonly file_ids: readonly FileId[];
  readonly temperature: number | null;
  readonly output_tokens_max: number | null;
  readonly steps_max: number | null;
  readonly metadata: Readonly<Record<string, string>>;
};

export type AssistantQuery = { readonly limit: number; readonly after?: AssistantId | undefined };

export function createAssistantStore({ db }: { readonly db: Db }) {
  return {
    /** @returns undefined when the organization has as many as it may */
    async insert(
      organizationId: OrganizationId,
      id: AssistantId,
      fields: AssistantFields,
    ): Promise<AssistantRow | undefined> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          // Two at once would both find a place.
          await sql`select 1 from organizations where id = ${organizationId} for update`.execute(transaction);
          const { count } = await transaction
            .selectFrom('assistants')
            .select(sql<number>`count(*)::int`.as('count'))
            .where('organization_id', '=', organizationId)
            .executeTakeFirstOrThrow();
          if (count >= ASSISTANTS_PER_ORGANIZATION_MAX) return undefined;
          return transaction
            .insertInto('assistants')
            .values({ id, organization_id: organizationId, ...stored(fields) })
            .returningAll()
            .executeTakeFirstOrThrow();
        }),
      );
    },

    async find(organizationId: OrganizationId, id: AssistantId): Promise<AssistantRow | undefined> {
      return orDatabaseError(() =>
        db
          .selectFrom('assistants')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(organizationId: OrganizationId, { limit, after }: AssistantQuery): Promise<AssistantRow[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('assistants')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .$if(after !== undefined, (select) =>
            select.where(
              sql<boolean>`(created_at, id) < (select created_at, id from assistants
                where organization_id = ${organizationId} and id = ${after})`,
            ),
          )
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
      );
    },

    /** Changes what is given. @returns the assistant as it is then; undefined when there is none */
    async update(
      organizationId: OrganizationId,
      id: AssistantId,
      changes: Partial<AssistantFields>,
    ): Promise<AssistantRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('assistants')
          .set({ ...storedChanges(changes), updated_at: sql<Date>`clock_timestamp()` })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      );
    },

    /** Its responses stay. @returns whether there was one */
    async delete(organizationId: OrganizationId, id: AssistantId): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .deleteFrom('assistants')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      );
      return result.numDeletedRows > 0n;
    },
  };
}

export type AssistantStore = ReturnType<typeof createAssistantStore>;

function stored({ tools, metadata, ...fields }: AssistantFields) {
  return { ...fields, tools: JSON.stringify(tools), metadata: JSON.stringify(metadata) };
}

function storedChanges({ tools, metadata, ...fields }: Partial<AssistantFields>) {
  return {
    ...fields,
    ...(tools && { tools: JSON.stringify(tools) }),
    ...(metadata && { metadata: JSON.stringify(metadata) }),
  };
}
