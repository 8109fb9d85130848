import { describe, expect, it } from '@jest/globals';
import { createApiKeys, newApiKey, sha256Of } from '../../../../api/services/api-keys.ts';
import type { KnownKey } from '../../../../api/store/api-key-store.ts';
import { ApiKeyId, OrganizationId } from '../../../../shared/contracts/ids.ts';

const id = ApiKeyId.parse(`key_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const known: KnownKey = {
  id,
  organization_id: organizationId,
  scopes: ['executions'],
  expires_at: null,
  organization_status: 'active',
};

/** Keys over a store that holds `valid`, with every step that they take. */
function keysWith(valid: readonly string[]) {
  const steps: string[] = [];
  const digests = new Set(valid.map(sha256Of));
  let clockMs = 0;
  let answered: Promise<unknown> = Promise.resolve();
  const apiKeys = createApiKeys({
    store: {
      async findValid(sha256) {
        steps.push('findValid');
        const found = digests.has(sha256) ? known : undefined;
        await answered;
        return found;
      },
      touch: () => Promise.resolve(),
    },
    failures: {
      isBlocked() {
        steps.push('isBlocked');
        return Promise.resolve({ blocked: false, retryAfterSeconds: 0 });
      },
      recordFailure() {
        steps.push('recordFailure');
        return Promise.resolve();
      },
    },
    nowMs: () => clockMs,
    report: () => undefined,
  });
  return {
    ...apiKeys,
    steps,
    end: (key: string) => digests.delete(sha256Of(key)),
    advance: (ms: number) => (clockMs += ms),
    holdAnswersUntil: (moment: Promise<unknown>) => {
      answered = moment;
    },
    refusal: async (key: string) => {
      steps.length = 0;
      return apiKeys.authenticate(key, 'address').catch((error: unknown) => error);
    },
  };
}

describe('API keys: refused', () => {
  it('takes the same steps for a key that ended as for one that never was', async () => {
    const key = newApiKey();
    const keys = keysWith([key]);
    await keys.authenticate(key, 'address');
    keys.end(key);
    keys.advance(2_001);
    const ended = { error: await keys.refusal(key), steps: [...keys.steps] };
    const again = { error: await keys.refusal(key), steps: [...keys.steps] };
    const never = { error: await keys.refusal(newApiKey()), steps: [...keys.steps] };
    expect(ended.steps).toEqual(['findValid', 'isBlocked', 'recordFailure']);
    expect(again).toEqual(ended);
    expect(never).toEqual(ended);
  });

  it('asks nobody about what cannot be a key', async () => {
    const keys = keysWith([]);
    await keys.refusal('sk_other');
    expect(keys.steps).toEqual(['isBlocked', 'recordFailure']);
  });
});

describe('API keys: remembered', () => {
  it('asks for a key once in two seconds', async () => {
    const key = newApiKey();
    const keys = keysWith([key]);
    for (const ms of [0, 1_000, 999]) {
      keys.advance(ms);
      await keys.authenticate(key, 'address');
    }
    expect(keys.steps).toEqual(['findValid']);
    keys.advance(1);
    await keys.authenticate(key, 'address');
    expect(keys.steps).toEqual(['findValid', 'findValid']);
  });

  it('asks each time where a key is not taken at its word', async () => {
    const key = newApiKey();
    const keys = keysWith([key]);
    await keys.authenticate(key, 'address');
    keys.end(key);
    await expect(keys.authenticate(key, 'address', 'checked')).rejects.toMatchObject({ code: 'INVALID_API_KEY' });
    await expect(keys.authenticate(key, 'address')).rejects.toMatchObject({ code: 'INVALID_API_KEY' });
  });

  it.each([
    ['key', (keys: ReturnType<typeof keysWith>) => keys.forgetKey(id)],
    ['organization', (keys: ReturnType<typeof keysWith>) => keys.forgetOrganization(organizationId)],
  ])('forgets a %s at once', async (_name, forget) => {
    const key = newApiKey();
    const keys = keysWith([key]);
    await keys.authenticate(key, 'address');
    keys.end(key);
    forget(keys);
    await expect(keys.authenticate(key, 'address')).rejects.toMatchObject({ code: 'INVALID_API_KEY' });
  });

  it('does not remember what it read before a change', async () => {
    const key = newApiKey();
    const keys = keysWith([key]);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    keys.holdAnswersUntil(promise);
    const underway = keys.authenticate(key, 'address');
    keys.end(key);
    keys.forgetKey(id);
    resolve(undefined);
    await underway;
    await expect(keys.authenticate(key, 'address')).rejects.toMatchObject({ code: 'INVALID_API_KEY' });
  });
});
