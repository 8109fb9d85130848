/** Wires what belongs to organizations: who may call, what is set for each, what is written down. */
import { ApiKeyId, OrganizationId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Config } from './config.ts';
import { createQuotaServices } from './create-quota-services.ts';
import type { Queues, Stores } from './open-adapters.ts';
import { createAdmission } from './services/admission.ts';
import { createApiKeys } from './services/api-keys.ts';
import { createAudit } from './services/audit.ts';
import type { KnownModels } from './services/model-names.ts';
import type { Dispatcher } from './services/dispatcher.ts';
import { createKeyManagement } from './services/key-management.ts';
import { createOrganizationSettings } from './services/organization-settings.ts';
import { createOrganizations } from './services/organizations.ts';
import { createOwnOrganization } from './services/own-organization.ts';
import { createQueueSettings } from './services/queue-settings.ts';
import { effectiveQuotas } from './services/quotas.ts';
import { quotaCeilings, quotaDefaults } from './settings/quota-settings.ts';

export type OrganizationServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly models: KnownModels & { readonly defaultName: string | undefined };
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createOrganizationServices(deps: OrganizationServiceDeps) {
  const { config, stores, queues, dispatcher, models, nowMs, report } = deps;
  const audit = createAudit({ store: stores.audit, changes: queues.changes, denials: queues.denials, nowMs, report });
  const quotaRules = { defaults: quotaDefaults(config), ceilings: quotaCeilings(config) };
  const settings = createOrganizationSettings({
    store: stores.organizations,
    quotasOf: (overrides) => effectiveQuotas(overrides, quotaRules),
    nowMs,
  });
  const queueSettings = createQueueSettings({ settings, fairIndex: queues.fairIndex, dispatcher });
  const quotaServices = createQuotaServices({ ...deps, rules: quotaRules, settings, queueSettings, audit });
  const apiKeys = createApiKeys({ store: stores.apiKeys, failures: queues.failures, nowMs, report });
  const organizations = createOrganizations({
    store: stores.organizations,
    settings,
    models,
    apiKeys,
    applyToQueue: queueSettings.apply,
    audit,
    newOrganizationId: () => OrganizationId.parse(newId('org')),
    report,
  });
  return {
    audit,
    settings,
    queueSettings,
    ...quotaServices,
    admission: createAdmission({
      apiKeys,
      requestQuotas: quotaServices.requestQuotas,
      audit,
    }),
    organizations,
    keys: createKeyManagement({
      store: stores.keyManagement,
      creation: stores.keyCreation,
      organizations: stores.organizations,
      apiKeys,
      audit,
      newKeyId: () => ApiKeyId.parse(newId('key')),
      now: () => new Date(),
    }),
    ownOrganization: createOwnOrganization({
      store: stores.organizations,
      settings,
      organizations,
      isolation: config.SANDBOX_ISOLATION,
      defaultModel: models.defaultName,
    }),
  };
}

export type OrganizationServices = ReturnType<typeof createOrganizationServices>;
