/** What holds for an organization, as operators set it; kept for a moment, so that no request pays for a query. */
import type { Isolation } from '../../shared/contracts/execution.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationStatus } from '../../shared/contracts/organization.ts';
import type { QuotaOverrides, Quotas } from '../../shared/contracts/quotas.ts';
import type { OrganizationRow, OrganizationStore } from '../store/organization-store.ts';

export type OrganizationSettings = {
  readonly status: OrganizationStatus;
  /** Whether its code may run. */
  readonly interpreter: boolean;
  /** Whether operators hold its queued executions back. */
  readonly queuePaused: boolean;
  /** Null: what the service is set to. */
  readonly isolation: Isolation | null;
  /** The model of responses that name none; null: what the service is set to. */
  readonly defaultModel: string | null;
  /** What counts: the service's defaults, what differs for this organization, and the ceilings. */
  readonly quotas: Quotas;
  /** A higher one is a later state of status, pause and quotas. */
  readonly version: number;
};

export type OrganizationSettingsDeps = {
  readonly store: Pick<OrganizationStore, 'find'>;
  readonly quotasOf: (overrides: QuotaOverrides) => Quotas;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

/** What is changed on another process counts no later than this. */
const CACHED_MS = 2_000;
const CACHED_MAX = 10_000;

export function createOrganizationSettings({ store, quotasOf, nowMs }: OrganizationSettingsDeps) {
  const cached = new Map<OrganizationId, { readonly settings: OrganizationSettings; readonly untilMs: number }>();
  /** Grows with every change: what was read before one is not kept. */
  let changes = 0;

  return {
    /** @throws AppError NOT_FOUND, DATABASE_UNAVAILABLE */
    async find(organizationId: OrganizationId): Promise<OrganizationSettings> {
      const hit = cached.get(organizationId);
      if (hit !== undefined && hit.untilMs > nowMs()) return hit.settings;
      const changesBefore = changes;
      const row = await store.find(organizationId);
      if (row === undefined) throw noSuchOrganization();
      const settings = settingsOf(row, quotasOf);
      if (cached.size >= CACHED_MAX) cached.clear();
      if (changes === changesBefore) cached.set(organizationId, { settings, untilMs: nowMs() + CACHED_MS });
      return settings;
    },

    /** To be called after every change: it counts at once on this process. */
    forget(organizationId: OrganizationId): void {
      changes += 1;
      cached.delete(organizationId);
    },
  };
}

export type OrganizationSettingsReader = ReturnType<typeof createOrganizationSettings>;

export function noSuchOrganization(param?: string): AppError {
  return new AppError('NOT_FOUND', 'There is no organization of this id.', param === undefined ? {} : { param });
}

export function isBeingDeleted(): AppError {
  return new AppError('ORGANIZATION_DELETING', 'The organization is being deleted with all its data.');
}

function settingsOf(row: OrganizationRow, quotasOf: (overrides: QuotaOverrides) => Quotas): OrganizationSettings {
  return {
    status: row.status,
    interpreter: row.interpreter,
    queuePaused: row.queue_paused,
    isolation: row.isolation,
    defaultModel: row.default_model,
    quotas: quotasOf(row.quotas),
    version: row.settings_version,
  };
}
