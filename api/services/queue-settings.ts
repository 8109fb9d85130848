/** Makes what operators set for an organization count in the queue. */
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { IndexSettings } from '../../shared/queue/fair-index-settings.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { OrganizationSettings, OrganizationSettingsReader } from './organization-settings.ts';

export type QueueSettingsDeps = {
  readonly settings: Pick<OrganizationSettingsReader, 'find' | 'forget'>;
  readonly fairIndex: {
    configure(organizationId: string, settings: IndexSettings): Promise<{ released: string[] }>;
  };
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
};

export function createQueueSettings({ settings, fairIndex, dispatcher }: QueueSettingsDeps) {
  return {
    /** To be called after every change of the organization's row. @throws AppError QUEUE_UNAVAILABLE, NOT_FOUND */
    async apply(organizationId: OrganizationId): Promise<void> {
      settings.forget(organizationId);
      const changed = queueSettingsOf(await settings.find(organizationId));
      dispatcher.dispatch((await fairIndex.configure(organizationId, changed)).released);
    },
  };
}

/** What decides on an organization's turns. */
export type QueueRule = Pick<OrganizationSettings, 'status' | 'queuePaused' | 'quotas' | 'version'>;

export type QueueSettings = ReturnType<typeof createQueueSettings>;

/** What the queue has to know of an organization: only one that is active, and not paused, is let out. Pure. */
export function queueSettingsOf({ status, queuePaused, quotas, version }: QueueRule): IndexSettings {
  return { weight: quotas.weight, cap: quotas.running_max, paused: queuePaused || status !== 'active', version };
}
