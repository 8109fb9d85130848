/** What differs from the service's quotas for an organization. */
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { QuotaOverrides } from '../../shared/contracts/quotas.ts';
import { orDatabaseError, type Db } from './database.ts';

export function createQuotaStore({ db }: { readonly db: Db }) {
  return {
    async find(organizationId: OrganizationId): Promise<QuotaOverrides | undefined> {
      const row = await orDatabaseError(() =>
        db.selectFrom('organizations').select('quotas').where('id', '=', organizationId).executeTakeFirst(),
      );
      return row?.quotas;
    },

    /** All that was set before is forgotten. @returns false where there is no organization, or none that stays */
    async replace(organizationId: OrganizationId, overrides: QuotaOverrides): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db
          .updateTable('organizations')
          .set({ quotas: JSON.stringify(overrides) })
          .where('id', '=', organizationId)
          .where('status', '<>', 'deleting')
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },
  };
}

export type QuotaStore = ReturnType<typeof createQuotaStore>;
