import { describe, expect, it } from '@jest/globals';
import { createQueueTerms, termsOf } from '../../../../api/services/queue-terms.ts';
import { quotaDefaults } from '../../../../api/settings/quota-settings.ts';
import { readConfig } from '../../../../api/config.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';
import type { IndexSettings } from '../../../../shared/queue/fair-index-settings.ts';

const QUOTAS = quotaDefaults(
  readConfig({ DATABASE_URL: 'postgresql://a/b', REDIS_URL: 'redis://a', FILES_DIRECTORY: '/files' }),
);
const PLAIN: IndexSettings = { weight: 1, cap: null, paused: false, version: 1 };
const idOf = (at: number) => OrganizationId.parse(`org_${String(at).padStart(20, '0')}`);

/** Organizations in the index, of which the rows say that those in `changed` have another weight. */
function stage(count: number, changed: readonly string[], gone: readonly string[] = []) {
  const clock = { ms: 0 };
  const configured: string[] = [];
  const forgotten: string[] = [];
  const dispatched: string[] = [];
  const all = Array.from({ length: count }, (_, at) => ({ organizationId: idOf(at), settings: PLAIN }));
  const terms = createQueueTerms({
    store: {
      ofMany: async (ids) =>
        ids
          .filter((id) => !gone.includes(id))
          .map((id) => ({
            ...{ id: OrganizationId.parse(id), status: 'active', queue_paused: false, settings_version: 1 },
            quotas: changed.includes(id) ? { weight: 2 } : {},
          })),
    },
    quotasOf: (overrides) => ({ ...QUOTAS, ...(overrides.weight !== undefined && { weight: overrides.weight }) }),
    fairIndex: {
      configure(organizationId) {
        configured.push(organizationId);
        return Promise.resolve({ released: [`of ${organizationId}`] });
      },
      forget(organizationId) {
        forgotten.push(organizationId);
        return Promise.resolve({ released: [`after ${organizationId}`] });
      },
    },
    indexState: {
      page: ({ after, limit }) =>
        Promise.resolve(all.filter((one) => after === undefined || one.organizationId > after).slice(0, limit + 1)),
    },
    dispatcher: { dispatch: (released) => dispatched.push(...released) },
    nowMs: () => clock.ms,
  });
  return { terms, clock, configured, forgotten, dispatched };
}

describe('queue terms', () => {
  it('hold back what an organization has queued while it is paused or not active', () => {
    const rule = { status: 'active', queuePaused: false, quotas: QUOTAS, version: 1 } as const;
    expect(termsOf(rule).settings.paused).toBe(false);
    expect(termsOf({ ...rule, queuePaused: true }).settings.paused).toBe(true);
    expect(termsOf({ ...rule, status: 'suspended' }).settings.paused).toBe(true);
    expect(termsOf({ ...rule, status: 'deleting' }).settings.paused).toBe(true);
  });

  it('are put right in the index where it has others, however many organizations it holds', async () => {
    const changed = [idOf(0), idOf(500), idOf(501), idOf(1_200)];
    const { terms, configured, dispatched } = stage(1_201, changed);
    await terms.compare();
    expect(configured).toEqual(changed);
    expect(dispatched).toEqual(changed.map((id) => `of ${id}`));
  });

  it('are forgotten with all that waits on them where the organization is gone', async () => {
    const { terms, configured, forgotten, dispatched } = stage(2, [idOf(0)], [idOf(1)]);
    await terms.compare();
    expect({ configured, forgotten }).toEqual({ configured: [idOf(0)], forgotten: [idOf(1)] });
    expect(dispatched).toEqual([`of ${idOf(0)}`, `after ${idOf(1)}`]);
  });

  it('are compared every five seconds, not at every pass', async () => {
    const { terms, clock, configured } = stage(1, [idOf(0)]);
    for (const ms of [0, 4_999, 5_000]) {
      clock.ms = ms;
      await terms.compare();
    }
    expect(configured).toHaveLength(2);
  });
});
