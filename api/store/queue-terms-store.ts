/** What is set for organizations, as far as their executions' turn depends on it. For the service as a whole. */
import { sql, type Selectable } from 'kysely';
import { orDatabaseError, type Db } from './database.ts';
import type { OrganizationTable } from './schema.ts';

export type QueueTermsRow = Pick<
  Selectable<OrganizationTable>,
  'id' | 'status' | 'queue_paused' | 'quotas' | 'settings_version'
>;

export function createQueueTermsStore({ db }: { readonly db: Db }) {
  return {
    /** Of those of the organizations that there are. */
    async ofMany(organizationIds: readonly string[]): Promise<QueueTermsRow[]> {
      if (organizationIds.length === 0) return [];
      return orDatabaseError(() =>
        db
          .selectFrom('organizations')
          .select(['id', 'status', 'queue_paused', 'quotas', 'settings_version'])
          .where(sql<boolean>`id = any(${[...organizationIds]})`)
          .execute(),
      );
    },
  };
}

export type QueueTermsStore = ReturnType<typeof createQueueTermsStore>;
