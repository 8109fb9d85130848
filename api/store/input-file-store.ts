/** What is needed of an organization's files to give them to an execution. */
import type { FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';

export type FoundFile = {
  readonly id: FileId;
  readonly name: string;
  readonly sha256: string;
  readonly size_bytes: number;
};

export function createInputFileStore({ db }: { readonly db: Db }) {
  return {
    /** Those of the ids that are files of the organization, in any order. */
    async find(organizationId: OrganizationId, ids: readonly FileId[]): Promise<FoundFile[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('files')
          .select(['id', 'name', 'sha256', 'size_bytes'])
          .where('organization_id', '=', organizationId)
          .where('id', 'in', [...ids])
          .execute(),
      );
    },
  };
}

export type InputFileStore = ReturnType<typeof createInputFileStore>;
