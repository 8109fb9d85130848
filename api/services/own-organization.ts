/** An organization as it sees itself, and what it sets itself. */
import type { Origin } from '../../shared/contracts/audit.ts';
import type { Isolation } from '../../shared/contracts/execution.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { OwnOrganization, UpdateOwnOrganization } from '../../shared/contracts/organization.ts';
import type { Quotas } from '../../shared/contracts/quotas.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import { tightestIsolation } from './isolation.ts';
import { noSuchOrganization, type OrganizationSettingsReader } from './organization-settings.ts';
import type { Organizations } from './organizations.ts';

export type OwnOrganizationDeps = {
  readonly store: Pick<OrganizationStore, 'find'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly organizations: Pick<Organizations, 'update'>;
  /** What the service is set to. */
  readonly isolation: Isolation;
  readonly defaultModel: string | undefined;
};

export function createOwnOrganization(deps: OwnOrganizationDeps) {
  const { store, settings, organizations, isolation, defaultModel } = deps;

  async function read(organizationId: OrganizationId): Promise<OwnOrganization> {
    const [row, { quotas }] = await Promise.all([store.find(organizationId), settings.find(organizationId)]);
    if (row === undefined) throw noSuchOrganization();
    return {
      id: row.id,
      object: 'organization',
      name: row.name,
      status: row.status,
      interpreter: row.interpreter,
      isolation: tightestIsolation(isolation, row.isolation),
      default_model: row.default_model ?? defaultModel ?? null,
      limits: quotas,
      created_at: row.created_at.toISOString(),
    };
  }

  return {
    /** @throws AppError NOT_FOUND */
    read,

    /** @throws AppError VALIDATION_ERROR where there is no such model, RATE_LIMITED */
    async change(organizationId: OrganizationId, change: UpdateOwnOrganization, origin: Origin) {
      await organizations.update(organizationId, change, origin);
      return read(organizationId);
    },

    /** @throws AppError NOT_FOUND */
    async limits(organizationId: OrganizationId): Promise<Quotas> {
      return (await settings.find(organizationId)).quotas;
    },
  };
}

export type OwnOrganizationReading = ReturnType<typeof createOwnOrganization>;
