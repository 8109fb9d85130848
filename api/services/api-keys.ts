/** From a key to its organization; keys that were found a moment ago are not looked up again. */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ApiKeyStore, KnownKey } from '../store/api-key-store.ts';
import { networkOf } from './networks.ts';

export type ApiKeysDeps = {
  readonly store: Pick<ApiKeyStore, 'findValid' | 'touch'>;
  readonly failures: {
    isBlocked(network: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
    recordFailure(network: string): Promise<void>;
  };
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** A revoked key works no longer than this on a process that has just seen it. */
const CACHED_MS = 2_000;
const CACHED_MAX = 10_000;
const TOUCH_EVERY_MS = 60_000;

const KEY_PREFIX = 'ak_';
const KEY_CHARACTERS_MAX = 256;
/** How much of a key is stored and shown, for people to tell keys apart. */
const SHOWN_CHARACTERS = 10;

/** Whether a key that was found a moment ago need not be looked up. */
export type Trust = 'remembered' | 'checked';

type CachedKey = { readonly key: KnownKey; readonly untilMs: number };

export function createApiKeys({ store, failures, nowMs, report }: ApiKeysDeps) {
  const cached = new Map<string, CachedKey>();
  const touchedMs = new Map<string, number>();
  /** Grows with every change: what was read before one is not kept. */
  let changes = 0;

  /** Looks every key up in the same way, with one query by digest, whatever became of it. */
  async function find(sha256: string, trust: Trust): Promise<KnownKey | undefined> {
    const hit = trust === 'remembered' ? cached.get(sha256) : undefined;
    if (hit !== undefined && hit.untilMs > nowMs()) return hit.key;
    cached.delete(sha256);
    const changesBefore = changes;
    const key = await store.findValid(sha256);
    if (key === undefined) return undefined;
    if (cached.size >= CACHED_MAX) cached.clear();
    if (changes === changesBefore) cached.set(sha256, { key, untilMs: nowMs() + CACHED_MS });
    return key;
  }

  function forget(isForgotten: (key: KnownKey) => boolean): void {
    changes += 1;
    for (const [sha256, { key }] of cached) if (isForgotten(key)) cached.delete(sha256);
  }

  /** Lazily and in the background: no request waits for it. */
  function touch({ id, organization_id }: KnownKey): void {
    const lastMs = touchedMs.get(id);
    if (lastMs !== undefined && nowMs() - lastMs < TOUCH_EVERY_MS) return;
    if (touchedMs.size >= CACHED_MAX) touchedMs.clear();
    touchedMs.set(id, nowMs());
    store.touch(organization_id, id).catch((error: unknown) => {
      report('the last use of a key could not be stored', { keyId: id, error });
    });
  }

  async function refuse(address: string): Promise<never> {
    const network = networkOf(address);
    const block = await failures.isBlocked(network);
    if (block.blocked) {
      throw new AppError('RATE_LIMITED', 'Too many requests with invalid API keys came from your address.', {
        retryAfterSeconds: block.retryAfterSeconds,
      });
    }
    await failures.recordFailure(network);
    throw invalidApiKey();
  }

  return {
    /**
     * Missing, wrong, expired and revoked keys look alike. A valid key works from any address, however many failed there.
     * @param trust `checked`: not even a key that was valid a moment ago is taken at its word
     * @throws AppError INVALID_API_KEY, RATE_LIMITED
     */
    async authenticate(key: string | undefined, address: string, trust: Trust = 'remembered'): Promise<KnownKey> {
      const plausible = key?.startsWith(KEY_PREFIX) === true && key.length <= KEY_CHARACTERS_MAX;
      const known = plausible ? await find(sha256Of(key), trust) : undefined;
      if (known === undefined) return refuse(address);
      touch(known);
      return known;
    },

    /** To be called after every change of a key: it counts at once on this process. */
    forgetKey(id: ApiKeyId): void {
      forget((key) => key.id === id);
    },

    /** The same for a change of an organization that its keys depend on. */
    forgetOrganization(id: OrganizationId): void {
      forget((key) => key.organization_id === id);
    },
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** Alike for every key that does not work. */
export function invalidApiKey(): AppError {
  return new AppError(
    'INVALID_API_KEY',
    'A valid API key is needed: send it as "Authorization: Bearer ak_…" or "X-API-Key: ak_…".',
  );
}

/** A new key: 32 random bytes, shown once. */
export function newApiKey(): string {
  return KEY_PREFIX + randomBytes(32).toString('base64url');
}

/** Keys are random, so a fast digest is as good as a slow one, and it can be looked up. */
export function sha256Of(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function shownPrefix(key: string): string {
  return key.slice(0, SHOWN_CHARACTERS);
}
