/** Quotas of organizations as operators read and set them. */
import type { Origin } from '../../shared/contracts/audit.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationQuotas, QuotaOverrides } from '../../shared/contracts/quotas.ts';
import type { QuotaStore } from '../store/quota-store.ts';
import type { Audit } from './audit.ts';
import { isBeingDeleted, noSuchOrganization } from './organization-settings.ts';
import { assertWithinCeilings, effectiveQuotas, type QuotaRules } from './quotas.ts';

export type QuotaManagementDeps = {
  readonly store: QuotaStore;
  /** What an organization stores. */
  readonly usedBytes: (organizationId: OrganizationId) => Promise<number>;
  readonly rules: QuotaRules;
  /** Makes what is set for the organization count, on this process and in the queue. */
  readonly apply: (organizationId: OrganizationId) => Promise<void>;
  readonly audit: Pick<Audit, 'attempt'>;
};

export function createQuotaManagement({ store, usedBytes, rules, apply, audit }: QuotaManagementDeps) {
  async function toQuotas(organizationId: OrganizationId, overrides: QuotaOverrides): Promise<OrganizationQuotas> {
    return {
      object: 'organization.quotas',
      organization_id: organizationId,
      effective: effectiveQuotas(overrides, rules),
      overrides,
      ...rules,
      used: { storage_bytes: await usedBytes(organizationId) },
    };
  }

  return {
    /** @throws AppError NOT_FOUND */
    async read(organizationId: OrganizationId): Promise<OrganizationQuotas> {
      const overrides = await store.find(organizationId);
      if (overrides === undefined) throw noSuchOrganization();
      return toQuotas(organizationId, overrides);
    },

    /**
     * Sets these and forgets all others that were set.
     * @throws AppError NOT_FOUND, ORGANIZATION_DELETING, VALIDATION_ERROR for more than a ceiling, QUEUE_UNAVAILABLE:
     *   then they are set, and the queue follows as soon as Redis is back
     */
    async set(organizationId: OrganizationId, overrides: QuotaOverrides, origin: Origin): Promise<OrganizationQuotas> {
      const act = { action: 'quotas.update', organizationId, targetId: organizationId, details: setValues(overrides) };
      return audit.attempt({ ...origin, ...act }, async () => {
        assertWithinCeilings(overrides, rules.ceilings);
        if (!(await store.replace(organizationId, overrides))) {
          throw (await store.find(organizationId)) === undefined ? noSuchOrganization() : isBeingDeleted();
        }
        await apply(organizationId);
        return toQuotas(organizationId, overrides);
      });
    },
  };
}

/** Numbers by name: there is nothing in them that may not be written down. */
function setValues(overrides: QuotaOverrides): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export type QuotaManagement = ReturnType<typeof createQuotaManagement>;
