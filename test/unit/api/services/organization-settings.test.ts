import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tightestIsolation } from '../../../../api/services/isolation.ts';
import { createOrganizationSettings } from '../../../../api/services/organization-settings.ts';
import type { OrganizationRow } from '../../../../api/store/organization-store.ts';
import { Isolation } from '../../../../shared/contracts/execution.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';
import { Quotas } from '../../../../shared/contracts/quotas.ts';
import { QUOTAS_EXAMPLE } from '../../../../api/quota-examples.ts';

const id = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const row: OrganizationRow = {
  id,
  name: 'a',
  status: 'active',
  interpreter: true,
  queue_paused: false,
  isolation: null,
  default_model: null,
  quotas: { weight: 3 },
  settings_version: 1,
  created_at: new Date(0),
};

function settingsOf(rows: Map<OrganizationId, OrganizationRow>) {
  let clockMs = 0;
  let reads = 0;
  let answered: Promise<unknown> = Promise.resolve();
  const settings = createOrganizationSettings({
    store: {
      async find(of) {
        reads += 1;
        const found = rows.get(of);
        await answered;
        return found;
      },
    },
    quotasOf: (overrides) => Quotas.parse({ ...QUOTAS_EXAMPLE, ...overrides }),
    nowMs: () => clockMs,
  });
  return {
    ...settings,
    reads: () => reads,
    advance: (ms: number) => (clockMs += ms),
    holdAnswersUntil: (moment: Promise<unknown>) => {
      answered = moment;
    },
  };
}

describe('organization settings', () => {
  it('has the quotas that count', async () => {
    expect((await settingsOf(new Map([[id, row]])).find(id)).quotas).toEqual({ ...QUOTAS_EXAMPLE, weight: 3 });
  });

  it('reads an organization once in two seconds', async () => {
    const settings = settingsOf(new Map([[id, row]]));
    await settings.find(id);
    settings.advance(1_999);
    await settings.find(id);
    expect(settings.reads()).toBe(1);
    settings.advance(1);
    await settings.find(id);
    expect(settings.reads()).toBe(2);
  });

  it('does not remember what it read before a change', async () => {
    const rows = new Map([[id, row]]);
    const settings = settingsOf(rows);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    settings.holdAnswersUntil(promise);
    const underway = settings.find(id);
    rows.set(id, { ...row, interpreter: false });
    settings.forget(id);
    resolve(undefined);
    expect((await underway).interpreter).toBe(true);
    expect((await settings.find(id)).interpreter).toBe(false);
  });

  it('remembers nothing of an organization that is not there', async () => {
    const rows = new Map<OrganizationId, OrganizationRow>();
    const settings = settingsOf(rows);
    await expect(settings.find(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    rows.set(id, row);
    expect((await settings.find(id)).status).toBe('active');
  });
});

describe('isolation', () => {
  const isolation = fc.constantFrom(...Isolation.options);

  it('is fresh exactly where somebody says so', () => {
    fc.assert(
      fc.property(isolation, fc.array(fc.option(isolation)), (service, others) => {
        const anyFresh = [service, ...others].some((one) => one === 'fresh');
        expect(tightestIsolation(service, ...others)).toBe(anyFresh ? 'fresh' : 'organization');
      }),
    );
  });
});
