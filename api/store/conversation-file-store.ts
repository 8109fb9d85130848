/** The files that a conversation had when it was answered last. */
import type { OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { ResponseFiles } from '../services/responses/file-record.ts';
import type { StoredRequest } from '../services/responses/response-record.ts';
import { orDatabaseError, type Db } from './database.ts';

export function createConversationFileStore({ db }: { readonly db: Db }) {
  // Whole, and read here: what looks into JSON in the database stumbles over NUL characters and lone surrogates.
  const requests = () => db.selectFrom('responses').select('request');

  return {
    async ofResponse(organizationId: OrganizationId, id: ResponseId): Promise<ResponseFiles> {
      const query = requests().where('organization_id', '=', organizationId).where('id', '=', id);
      return filesOf(await orDatabaseError(() => query.executeTakeFirst()));
    },

    /** Of the thread's newest response that was answered: it carries those of the ones before. */
    async ofThread(organizationId: OrganizationId, threadId: string): Promise<ResponseFiles> {
      const query = requests()
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

/** Rows of responses that were made without files say nothing of them. */
function filesOf(row: { readonly request: StoredRequest } | undefined): ResponseFiles {
  return { files: row?.request.files ?? [], fileRetrieval: row?.request.fileRetrieval ?? false };
}
