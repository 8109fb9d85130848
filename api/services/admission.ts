/** Who may call: keys of organizations, within their scopes, and operators. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { KnownKey } from '../store/api-key-store.ts';

export type AdmissionDeps = {
  readonly apiKeys: { authenticate(key: string | undefined, address: string): Promise<KnownKey> };
  /** Undefined: there are no calls for operators. */
  readonly adminToken: string | undefined;
  readonly failures: {
    isBlocked(address: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
    recordFailure(address: string): Promise<void>;
  };
};

export function createAdmission({ apiKeys, adminToken, failures }: AdmissionDeps) {
  return {
    /** @throws AppError INVALID_API_KEY, ORGANIZATION_SUSPENDED, INSUFFICIENT_PERMISSIONS, RATE_LIMITED */
    async admitKey(
      key: string | undefined,
      address: string,
      scope: Scope,
    ): Promise<{ organizationId: OrganizationId; keyId: ApiKeyId }> {
      const known = await apiKeys.authenticate(key, address);
      if (known.organization_status !== 'active') {
        throw new AppError('ORGANIZATION_SUSPENDED', 'Your organization is suspended.');
      }
      if (!known.scopes.includes(scope)) {
        throw new AppError('INSUFFICIENT_PERMISSIONS', `This call needs a key with the scope "${scope}".`, {
          details: { scope },
        });
      }
      return { organizationId: known.organization_id, keyId: known.id };
    },

    /** @throws AppError INVALID_ADMIN_TOKEN, RATE_LIMITED */
    async admitOperator(token: string | undefined, address: string): Promise<void> {
      if (adminToken !== undefined && token !== undefined && isSame(token, adminToken)) return;
      const { blocked, retryAfterSeconds } = await failures.isBlocked(address);
      if (blocked) {
        throw new AppError('RATE_LIMITED', 'Too many requests with invalid tokens came from your address.', {
          retryAfterSeconds,
        });
      }
      await failures.recordFailure(address);
      throw new AppError('INVALID_ADMIN_TOKEN', 'The operators’ token is needed: "Authorization: Bearer …".');
    },
  };
}

/** Digests have one length, and comparing them takes one time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
