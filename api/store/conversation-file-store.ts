/** The files that a conversation had when it was answered last. */
import { sql } from 'kysely';
import type { OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ResponseFiles } from '../services/responses/file-record.ts';
import { orDatabaseError, type Db } from './database.ts';

/** Rows of responses that were made without files say nothing of them. */
type Kept = { readonly [Key in keyof ResponseFiles]: ResponseFiles[Key] | null };

export function createConversationFileStore({ db }: { readonly db: Db }) {
  const kept = () =>
    db
      .selectFrom('responses')
      .select([
        sql<Kept['files']>`request -> 'files'`.as('files'),
        sql<Kept['fileRetrieval']>`(request ->> 'fileRetrieval')::boolean`.as('fileRetrieval'),
      ]);

  return {
    async ofResponse(organizationId: OrganizationId, id: ResponseId): Promise<ResponseFiles> {
      const query = kept().where('organization_id', '=', organizationId).where('id', '=', id);
      return filesOf(await orDatabaseError(() => query.executeTakeFirst()));
    },

    /** Of the thread's newest response that was answered: it carries those of the ones before. */
    async ofThread(organizationId: OrganizationId, threadId: string): Promise<ResponseFiles> {
      const query = kept()
        .where('organization_id', '=', organizationId)
        .where('thread_id', '=', threadId)
        .where('status', 'in', ['completed', 'incomplete'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1);
      return filesOf(await orDatabaseError(() => query.executeTakeFirst()));
    },
  };
}

export type ConversationFileStore = ReturnType<typeof createConversationFileStore>;

function filesOf(row: Kept | undefined): ResponseFiles {
  return { files: row?.files ?? [], fileRetrieval: row?.fileRetrieval ?? false };
}
