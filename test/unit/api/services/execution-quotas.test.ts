import { describe, expect, it } from '@jest/globals';
import { createExecutionQuotas, type Asked } from '../../../../api/services/execution-quotas.ts';
import { quotaDefaults } from '../../../../api/settings/quota-settings.ts';
import { readConfig } from '../../../../api/config.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';
import type { OrganizationStatus } from '../../../../shared/contracts/organization.ts';
import type { Quotas } from '../../../../shared/contracts/quotas.ts';

const organizationId = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const DEFAULTS = quotaDefaults(
  readConfig({ DATABASE_URL: 'postgresql://a/b', REDIS_URL: 'redis://a', FILES_DIRECTORY: '/files' }),
);

type Switches = { readonly interpreter?: boolean; readonly status?: OrganizationStatus };

function stage(set: Partial<Quotas> = {}, { interpreter = true, status = 'active' }: Switches = {}) {
  const clock = { ms: 0 };
  const asked: number[] = [];
  let seconds = 0;
  const quotas = createExecutionQuotas({
    settings: {
      find: () =>
        Promise.resolve({
          ...{ status, interpreter, queuePaused: false, isolation: 'fresh', defaultModel: null, version: 1 },
          quotas: { ...DEFAULTS, ...set },
        }),
    },
    usage: {
      cpuSecondsToday() {
        asked.push(clock.ms);
        return Promise.resolve(seconds);
      },
    },
    now: () => new Date('2026-01-31T12:00:00Z'),
    nowMs: () => clock.ms,
  });
  return {
    clock,
    asked,
    uses(used: number) {
      seconds = used;
    },
    admit: (asked: Partial<Asked> = {}) => quotas.admit(organizationId, { code: 'x', ...asked }),
  };
}

describe('execution quotas', () => {
  it('give size and isolation', async () => {
    expect(await stage({ timeout_ms_max: 10 }).admit()).toEqual({
      timeoutMs: 10,
      memoryMib: 512,
      isolation: 'fresh',
    });
  });

  it('let nothing in while the interpreter is off', async () => {
    await expect(stage({}, { interpreter: false }).admit()).rejects.toMatchObject({ code: 'TOOL_NOT_AVAILABLE' });
  });

  it('let nothing in while the organization is being deleted', async () => {
    await expect(stage({}, { status: 'deleting' }).admit()).rejects.toMatchObject({ code: 'ORGANIZATION_DELETING' });
  });

  it('let in as many bytes as may wait, and refuse for good what never fits', async () => {
    const { admit } = stage({ queued_bytes_max: 10 });
    await expect(admit({ code: 'ä'.repeat(3), stdin: 'xxxx' })).resolves.toBeDefined();
    for (const asked of [{ code: 'ä'.repeat(3), stdin: 'xxxxx' }, { code: 'x'.repeat(11) }]) {
      await expect(admit(asked)).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        details: { quota: 'queued_bytes_max', limit: 10 },
      });
    }
  });

  it('ask for the CPU time of the day only where it is bounded, and not at every request', async () => {
    const free = stage();
    await free.admit();
    expect(free.asked).toEqual([]);
    const bounded = stage({ cpu_seconds_per_day: 5 });
    for (const ms of [0, 1_999, 2_000]) {
      bounded.clock.ms = ms;
      await bounded.admit();
    }
    expect(bounded.asked).toEqual([0, 2_000]);
  });

  it('refuse within two seconds of the quota being used up, until midnight', async () => {
    const { clock, uses, admit } = stage({ cpu_seconds_per_day: 5 });
    await admit();
    uses(5);
    clock.ms = 2_000;
    await expect(admit()).rejects.toMatchObject({ code: 'CPU_SECONDS_PER_DAY_EXCEEDED', retryAfterSeconds: 43_200 });
  });
});
