/** Organizations as operators manage them. */
import type { Origin } from '../../shared/contracts/audit.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type {
  CreateOrganization,
  Organization,
  OrganizationStatus,
  UpdateOrganization,
} from '../../shared/contracts/organization.ts';
import type { OrganizationQuery, OrganizationRow, OrganizationStore } from '../store/organization-store.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Audit } from './audit.ts';
import { assertModel, type KnownModels } from './model-names.ts';
import { isBeingDeleted, noSuchOrganization, type OrganizationSettingsReader } from './organization-settings.ts';

export type OrganizationsDeps = {
  readonly store: OrganizationStore;
  readonly settings: Pick<OrganizationSettingsReader, 'forget'>;
  readonly models: KnownModels;
  readonly apiKeys: Pick<ApiKeys, 'forgetOrganization'>;
  /** Makes what is set for the organization count in the queue; what fails here the reconciler puts right. */
  readonly applyToQueue: (organizationId: OrganizationId) => Promise<void>;
  readonly audit: Pick<Audit, 'attempt'>;
  readonly newOrganizationId: () => OrganizationId;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** What an operator did, by the status that it leads to. */
const ACTIONS: Readonly<Record<OrganizationStatus, string>> = {
  active: 'organization.resume',
  suspended: 'organization.suspend',
  deleting: 'organization.delete',
};

export function createOrganizations(deps: OrganizationsDeps) {
  const { store, settings, models, apiKeys, applyToQueue, audit, newOrganizationId, report } = deps;

  /** The row is what counts: the queue follows it also where Redis is away, as soon as it is back. */
  async function changed(row: OrganizationRow): Promise<Organization> {
    settings.forget(row.id);
    apiKeys.forgetOrganization(row.id);
    await applyToQueue(row.id).catch((error: unknown) => {
      report('a change of an organization did not reach the queue yet', { organizationId: row.id, error });
    });
    return toOrganization(row);
  }

  return {
    /** @throws AppError VALIDATION_ERROR where there is no such model */
    async create(input: CreateOrganization, origin: Origin): Promise<Organization> {
      const id = newOrganizationId();
      const act = { ...origin, action: 'organization.create', organizationId: id, targetId: id };
      return audit.attempt(act, async () => {
        assertModel(models, input.default_model, 'default_model');
        return toOrganization(await store.insert({ id, ...input }));
      });
    },

    /** @throws AppError NOT_FOUND when `after` names none */
    async list(query: OrganizationQuery): Promise<{ data: Organization[]; hasMore: boolean }> {
      const rows = await store.list(query);
      if (rows.length === 0 && query.after !== undefined && (await store.find(query.after)) === undefined) {
        throw noSuchOrganization('after');
      }
      return { data: rows.slice(0, query.limit).map(toOrganization), hasMore: rows.length > query.limit };
    },

    /** @throws AppError NOT_FOUND */
    async read(id: OrganizationId): Promise<Organization> {
      const row = await store.find(id);
      if (row === undefined) throw noSuchOrganization();
      return toOrganization(row);
    },

    /** @throws AppError NOT_FOUND, ORGANIZATION_DELETING, VALIDATION_ERROR */
    async update(id: OrganizationId, input: UpdateOrganization, origin: Origin): Promise<Organization> {
      const act = { action: 'organization.update', organizationId: id, targetId: id };
      return audit.attempt({ ...origin, ...act, details: detailsOf(input) }, async () => {
        assertModel(models, input.default_model, 'default_model');
        const row = await store.update(id, input);
        if (row !== undefined) return changed(row);
        throw (await store.find(id)) === undefined ? noSuchOrganization() : isBeingDeleted();
      });
    },

    /**
     * Suspends, resumes or begins to delete; asked for again, it does the same once more.
     * @throws AppError NOT_FOUND, ORGANIZATION_DELETING
     */
    async setStatus(id: OrganizationId, status: OrganizationStatus, origin: Origin): Promise<Organization> {
      const act = { action: ACTIONS[status], organizationId: id, targetId: id };
      return audit.attempt({ ...origin, ...act }, async () => {
        const row = await store.setStatus(id, status);
        if (row === undefined) throw noSuchOrganization();
        if (row.status !== status) throw isBeingDeleted();
        return changed(row);
      });
    },
  };
}

export type Organizations = ReturnType<typeof createOrganizations>;

export function toOrganization(row: OrganizationRow): Organization {
  return {
    id: row.id,
    object: 'organization',
    name: row.name,
    status: row.status,
    interpreter: row.interpreter,
    isolation: row.isolation,
    default_model: row.default_model,
    queue_paused: row.queue_paused,
    created_at: row.created_at.toISOString(),
  };
}

/** The name is what people wrote: only that it changed is told. */
function detailsOf({ name, interpreter, isolation, default_model }: UpdateOrganization) {
  return {
    ...(name !== undefined && { renamed: true }),
    ...(interpreter !== undefined && { interpreter }),
    ...(isolation !== undefined && { isolation }),
    ...(default_model !== undefined && { default_model }),
  };
}
