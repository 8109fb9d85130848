import { describe, expect, it } from '@jest/globals';
import { createLoginGate } from '../../../../api/services/login-gate.ts';
import { LOGINS_AT_ONCE_MAX, LOGINS_WAITING_MAX } from '../../../../shared/contracts/limits.ts';

const FREE = { blocked: false, retryAfterSeconds: 0 };
const BLOCKED = { blocked: true, retryAfterSeconds: 7 };
const never = { isBlocked: () => Promise.resolve(FREE) };
const settle = () => new Promise(setImmediate);

/** Work that goes on until it is let go. */
function held() {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let begun = 0;
  const work = () => {
    begun += 1;
    return promise;
  };
  return { work, begun: () => begun, letGo: () => resolve(undefined) };
}

describe('login gate', () => {
  it('lets a few be compared at a time, and refuses those for whom there is no room to wait', async () => {
    const guarded = createLoginGate({ failures: never, failedLogins: never });
    const { work, begun, letGo } = held();
    const all = LOGINS_AT_ONCE_MAX + LOGINS_WAITING_MAX;
    const asked = Array.from({ length: all }, () => guarded('address', 'whom', work));
    await settle();
    expect(begun()).toBe(LOGINS_AT_ONCE_MAX);
    await expect(guarded('address', 'whom', work)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    letGo();
    await Promise.all(asked);
    expect(begun()).toBe(all);
  });

  it('has room again once they are over, however they ended', async () => {
    const guarded = createLoginGate({ failures: never, failedLogins: never });
    const failing = () => Promise.reject(new Error('wrong'));
    for (let at = 0; at < LOGINS_AT_ONCE_MAX + LOGINS_WAITING_MAX + 1; at += 1)
      await expect(guarded('address', 'whom', failing)).rejects.toThrow('wrong');
  });

  it.each([
    ['the address', { failures: { isBlocked: () => Promise.resolve(BLOCKED) }, failedLogins: never }],
    ['the name', { failures: never, failedLogins: { isBlocked: () => Promise.resolve(BLOCKED) } }],
  ])('refuses what is blocked by %s, and says until when', async (_what, deps) => {
    const { work, begun } = held();
    await expect(createLoginGate(deps)('address', 'whom', work)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: BLOCKED.retryAfterSeconds,
    });
    expect(begun()).toBe(0);
  });

  it('counts the failures of those that came at the same moment', async () => {
    let failed = 0;
    const failedLogins = { isBlocked: () => Promise.resolve(failed >= 1 ? BLOCKED : FREE) };
    const guarded = createLoginGate({ failures: never, failedLogins });
    const failing = () => {
      failed += 1;
      return Promise.reject(new Error('wrong'));
    };
    await Promise.allSettled(Array.from({ length: 20 }, () => guarded('address', 'whom', failing)));
    expect(failed).toBeLessThanOrEqual(LOGINS_AT_ONCE_MAX);
  });
});
