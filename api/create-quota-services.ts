/** Wires what bounds organizations: quotas, and the terms on which their executions wait. */
import type { Queues, Stores } from './open-adapters.ts';
import type { Audit } from './services/audit.ts';
import type { Dispatcher } from './services/dispatcher.ts';
import { createExecutionQuotas } from './services/execution-quotas.ts';
import type { OrganizationSettingsReader } from './services/organization-settings.ts';
import { createQueueTerms } from './services/queue-terms.ts';
import { createQuotaManagement } from './services/quota-management.ts';
import { effectiveQuotas, type QuotaRules } from './services/quotas.ts';
import { createRequestQuotas } from './services/request-quotas.ts';
import type { QueueSettings } from './services/queue-settings.ts';

export type QuotaServiceDeps = {
  readonly stores: Stores;
  readonly queues: Queues;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly rules: QuotaRules;
  readonly settings: OrganizationSettingsReader;
  readonly queueSettings: QueueSettings;
  readonly audit: Audit;
};

export function createQuotaServices(deps: QuotaServiceDeps) {
  const { stores, queues, dispatcher, nowMs, rules, settings, queueSettings, audit } = deps;
  return {
    requestQuotas: createRequestQuotas({ settings, buckets: queues.requestBuckets }),
    executionQuotas: createExecutionQuotas({ settings, usage: stores.usage, now: () => new Date(), nowMs }),
    queueTerms: createQueueTerms({
      ...queues,
      store: stores.queueTerms,
      quotasOf: (overrides) => effectiveQuotas(overrides, rules),
      dispatcher,
      nowMs,
    }),
    quotas: createQuotaManagement({
      store: stores.quotas,
      usedBytes: (organizationId) => stores.blobs.usedBytes(organizationId),
      rules,
      apply: queueSettings.apply,
      audit,
    }),
  };
}
