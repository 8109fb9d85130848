/** What keys may be made, and how they are shown. Pure. */
import type { ApiKey } from '../../shared/contracts/api-key.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import { API_KEYS_PER_ORGANIZATION_MAX, API_KEY_LIFETIME_DAYS_MAX } from '../../shared/contracts/limits.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { ApiKeyRow } from '../store/key-management-store.ts';
import type { KeyRefusal } from '../store/key-creation-store.ts';
import { invalidApiKey } from './api-keys.ts';
import { isBeingDeleted } from './organization-settings.ts';

/** What the caller may give on; operators may give everything. */
export type Grant = { readonly scopes: readonly Scope[]; readonly expiresAt: Date | null };

const DAY_MS = 86_400_000;

export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    object: 'api_key',
    organization_id: row.organization_id,
    name: row.name,
    prefix: row.prefix,
    scopes: [...row.scopes],
    status: row.revoked_at !== null ? 'revoked' : row.ended ? 'expired' : 'active',
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}

/** @throws AppError VALIDATION_ERROR */
export function expiryOf(text: string | null, now: Date): Date | null {
  if (text === null) return null;
  const expiry = new Date(text);
  const leftMs = expiry.getTime() - now.getTime();
  if (leftMs > 0 && leftMs <= API_KEY_LIFETIME_DAYS_MAX * DAY_MS) return expiry;
  throw new AppError(
    'VALIDATION_ERROR',
    `expires_at: must lie in the future, at most ${String(API_KEY_LIFETIME_DAYS_MAX)} days from now.`,
    { param: 'expires_at' },
  );
}

/** Nobody makes a key that can do more, or lives longer, than their own. @throws AppError INSUFFICIENT_PERMISSIONS */
export function assertWithin(grant: Grant | undefined, { scopes, expiresAt }: Grant): void {
  if (grant === undefined) return;
  const missing = scopes.find((scope) => !grant.scopes.includes(scope));
  if (missing !== undefined) {
    throw new AppError('INSUFFICIENT_PERMISSIONS', `Your key lacks the scope "${missing}", so it cannot give it.`, {
      details: { scope: missing },
    });
  }
  if (grant.expiresAt === null || (expiresAt !== null && expiresAt <= grant.expiresAt)) return;
  throw new AppError(
    'INSUFFICIENT_PERMISSIONS',
    `Your key ends at ${grant.expiresAt.toISOString()}: it can only make keys that end by then.`,
    { param: 'expires_at' },
  );
}

export function refusal(refused: KeyRefusal): AppError {
  switch (refused) {
    case 'caller-ended':
      return invalidApiKey();
    case 'no-organization':
      return isBeingDeleted();
    case 'no-key':
      return noSuchKey();
    case 'ended':
      return new AppError('API_KEY_ENDED', 'The key is revoked or has expired: create a new one.');
    case 'too-many':
      return new AppError(
        'TOO_MANY_API_KEYS',
        `The organization has ${String(API_KEYS_PER_ORGANIZATION_MAX)} valid keys, which is the most allowed.`,
        { details: { limit: API_KEYS_PER_ORGANIZATION_MAX } },
      );
  }
}

export function noSuchKey(param?: string): AppError {
  const message = 'The organization has no API key of this id.';
  return new AppError('NOT_FOUND', message, param === undefined ? {} : { param });
}
