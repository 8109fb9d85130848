/** Assistants of an organization: what their responses go by. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { AssistantId, FileId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { ASSISTANTS_PER_ORGANIZATION_MAX } from '../../../shared/contracts/limits.ts';
import type { AssistantFields, AssistantQuery, AssistantStore } from '../../store/assistant-store.ts';
import type { FileStore } from '../../store/file-store.ts';
import type { AssistantRow } from '../../store/schema.ts';
import { assertModel, type KnownModels } from '../model-names.ts';

export type AssistantsDeps = {
  readonly store: Pick<AssistantStore, 'insert' | 'find' | 'list' | 'update' | 'delete'>;
  readonly models: KnownModels;
  readonly files: Pick<FileStore, 'findSome'>;
  readonly newAssistantId: () => AssistantId;
};

export type AssistantPage = { readonly data: AssistantRow[]; readonly hasMore: boolean };

export function createAssistants({ store, models, files, newAssistantId }: AssistantsDeps) {
  async function assertFiles(organizationId: OrganizationId, ids: readonly FileId[] = []): Promise<void> {
    if (ids.length === 0) return;
    const found = new Set((await files.findSome(organizationId, ids)).map(({ id }) => id));
    const missing = ids.findIndex((id) => !found.has(id));
    if (missing === -1) return;
    const param = `file_ids.${String(missing)}`;
    throw new AppError('NOT_FOUND', `${param}: your organization has no such file.`, { param });
  }

  async function read(organizationId: OrganizationId, id: AssistantId): Promise<AssistantRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchAssistant();
    return row;
  }

  return {
    /** @throws AppError VALIDATION_ERROR, TOO_MANY_ASSISTANTS, NOT_FOUND for files */
    async create(organizationId: OrganizationId, fields: AssistantFields): Promise<AssistantRow> {
      assertModel(models, fields.model, 'model');
      await assertFiles(organizationId, fields.file_ids);
      const row = await store.insert(organizationId, newAssistantId(), fields);
      if (row !== undefined) return row;
      const limit = ASSISTANTS_PER_ORGANIZATION_MAX;
      const message = `Your organization has ${String(limit)} assistants, which is the most allowed.`;
      throw new AppError('TOO_MANY_ASSISTANTS', message, { details: { limit } });
    },

    /** @throws AppError NOT_FOUND, also for what belongs to another organization */
    read,

    /** @throws AppError NOT_FOUND when `after` names no assistant of the organization */
    async list(organizationId: OrganizationId, query: AssistantQuery): Promise<AssistantPage> {
      const rows = await store.list(organizationId, query);
      if (rows.length === 0 && query.after !== undefined && !(await store.find(organizationId, query.after)))
        throw noSuchAssistant('after');
      return { data: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
    },

    /** Changes what is given. @throws AppError NOT_FOUND, VALIDATION_ERROR */
    async update(
      organizationId: OrganizationId,
      id: AssistantId,
      changes: Partial<AssistantFields>,
    ): Promise<AssistantRow> {
      assertModel(models, changes.model, 'model');
      await assertFiles(organizationId, changes.file_ids);
      const row = await store.update(organizationId, id, changes);
      if (row === undefined) throw noSuchAssistant();
      return row;
    },

    /** @throws AppError NOT_FOUND */
    async delete(organizationId: OrganizationId, id: AssistantId): Promise<void> {
      if (!(await store.delete(organizationId, id))) throw noSuchAssistant();
    },
  };
}

export type Assistants = ReturnType<typeof createAssistants>;

export function noSuchAssistant(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such assistant.', param === undefined ? {} : { param });
}
