import { describe, expect, it } from '@jest/globals';
import { createAudit, DENIED_PER_MINUTE_MAX, type AuditedAct } from '../../../../api/services/audit.ts';
import type { NewAuditEntry } from '../../../../api/store/audit-store.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';

function auditWith({ stores = true, blocked = false } = {}) {
  const added: NewAuditEntry[] = [];
  const reported: string[] = [];
  let clockMs = 0;
  const audit = createAudit({
    store: {
      add: (entry) => {
        if (!stores) return Promise.reject(new AppError('DATABASE_UNAVAILABLE', 'Away.'));
        added.push(entry);
        return Promise.resolve();
      },
      list: () => Promise.resolve([]),
    },
    changes: {
      isBlocked: () => Promise.resolve({ blocked, retryAfterSeconds: 7 }),
      recordFailure: () => Promise.resolve(),
    },
    denials: {
      isBlocked: () => Promise.resolve({ blocked: false, retryAfterSeconds: 0 }),
      recordFailure: () => Promise.resolve(),
    },
    nowMs: () => clockMs,
    report: (message) => reported.push(message),
  });
  return {
    audit,
    added,
    reported,
    advance: (ms: number) => {
      clockMs += ms;
    },
  };
}

const act = (type: 'operator' | 'key' | 'unknown'): AuditedAct => ({
  actor: { type, id: null, address: '10.0.0.1' },
  requestId: null,
  action: 'key.create',
  organizationId: 'org_a',
});

describe('audit: attempts', () => {
  it('answers nothing as done that left no trace', async () => {
    const { audit } = auditWith({ stores: false });
    await expect(audit.attempt(act('operator'), () => Promise.resolve('made'))).rejects.toThrow('Away.');
  });

  it('tells the failure itself and not that it could not be written down', async () => {
    const { audit, reported } = auditWith({ stores: false });
    await expect(audit.attempt(act('operator'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(reported).toHaveLength(1);
  });

  it('tells what was refused from what failed', async () => {
    const { audit, added } = auditWith();
    const fail = async (error: Error) =>
      audit.attempt(act('operator'), () => Promise.reject(error)).catch(() => undefined);
    await fail(new AppError('INSUFFICIENT_PERMISSIONS', 'No.'));
    await fail(new AppError('NOT_FOUND', 'Nothing.'));
    await fail(new Error('secret detail'));
    expect(added.map(({ outcome, details }) => [outcome, details])).toEqual([
      ['denied', { code: 'INSUFFICIENT_PERMISSIONS' }],
      ['failed', { code: 'NOT_FOUND' }],
      ['failed', { code: 'INTERNAL' }],
    ]);
  });

  it('does nothing for a key whose organization has changed too much, and all for operators', async () => {
    const { audit } = auditWith({ blocked: true });
    let done = 0;
    const work = () => Promise.resolve((done += 1));
    await expect(audit.attempt(act('key'), work)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 7 });
    expect(done).toBe(0);
    await audit.attempt(act('operator'), work);
    expect(done).toBe(1);
  });
});

describe('audit: denied attempts', () => {
  it('are bounded by the minute, whoever makes them', async () => {
    const { audit, added, advance, reported } = auditWith();
    for (let at = 0; at < DENIED_PER_MINUTE_MAX + 10; at += 1) await audit.recordDenied(act('unknown'));
    expect(added).toHaveLength(DENIED_PER_MINUTE_MAX);
    expect(reported).toHaveLength(1);
    advance(60_000);
    await audit.recordDenied(act('unknown'));
    expect(added).toHaveLength(DENIED_PER_MINUTE_MAX + 1);
  });

  it('with keys leave the room of those without', async () => {
    const { audit, added } = auditWith();
    for (let at = 0; at < DENIED_PER_MINUTE_MAX; at += 1) await audit.recordDenied(act('key'));
    await audit.recordDenied(act('unknown'));
    expect(added.at(-1)).toMatchObject({ actor_type: 'unknown' });
  });

  it('never fail their caller', async () => {
    const { audit, reported } = auditWith({ stores: false });
    await audit.recordDenied(act('unknown'));
    expect(reported).toHaveLength(1);
  });
});
