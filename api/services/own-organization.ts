/** An organization as it sees itself. */
import type { Isolation } from '../../shared/contracts/execution.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { OwnOrganization } from '../../shared/contracts/organization.ts';
import type { Quotas } from '../../shared/contracts/quotas.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import { tightestIsolation } from './isolation.ts';
import { noSuchOrganization, type OrganizationSettingsReader } from './organization-settings.ts';

export type OwnOrganizationDeps = {
  readonly store: Pick<OrganizationStore, 'find'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  /** What the service is set to. */
  readonly isolation: Isolation;
};

export function createOwnOrganization({ store, settings, isolation }: OwnOrganizationDeps) {
  return {
    /** @throws AppError NOT_FOUND */
    async read(organizationId: OrganizationId): Promise<OwnOrganization> {
      const [row, { quotas }] = await Promise.all([store.find(organizationId), settings.find(organizationId)]);
      if (row === undefined) throw noSuchOrganization();
      return {
        id: row.id,
        object: 'organization',
        name: row.name,
        status: row.status,
        interpreter: row.interpreter,
        isolation: tightestIsolation(isolation, row.isolation),
        limits: quotas,
        created_at: row.created_at.toISOString(),
      };
    },

    /** @throws AppError NOT_FOUND */
    async limits(organizationId: OrganizationId): Promise<Quotas> {
      return (await settings.find(organizationId)).quotas;
    },
  };
}

export type OwnOrganizationReading = ReturnType<typeof createOwnOrganization>;
