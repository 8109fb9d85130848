/** Who may call: keys of organizations, within their scopes, and operators. Attempts without the right are written down. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Attempt, Origin } from '../../shared/contracts/audit.ts';
import { AppError, type ErrorCode } from '../../shared/contracts/errors.ts';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { KnownKey } from '../store/api-key-store.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Audit } from './audit.ts';
import type { RequestAllowance, RequestQuotaService } from './request-quotas.ts';

export type AdmissionDeps = {
  readonly requestQuotas: RequestQuotaService;
  readonly apiKeys: Pick<ApiKeys, 'authenticate'>;
  /** Undefined: there are no calls for operators. */
  readonly adminToken: string | undefined;
  readonly failures: {
    isBlocked(address: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
    recordFailure(address: string): Promise<void>;
  };
  readonly audit: Pick<Audit, 'recordDenied'>;
};

export type AdmittedKey = {
  readonly organizationId: OrganizationId;
  readonly keyId: ApiKeyId;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
};

/** What outlasts a key is made with it; denied attempts are written down. */
const MANAGING_SCOPE: Scope = 'organization';

export function createAdmission({ apiKeys, requestQuotas, adminToken, failures, audit }: AdmissionDeps) {
  async function denyKey(known: KnownKey, attempt: Attempt, scope: Scope, error: AppError): Promise<never> {
    if (scope === MANAGING_SCOPE) {
      const actor = { type: 'key', id: known.id, address: attempt.address } as const;
      await audit.recordDenied({
        ...deniedAct({ actor, requestId: attempt.requestId }, attempt, error.code),
        action: 'organization.access',
        organizationId: known.organization_id,
      });
    }
    throw error;
  }

  return {
    /**
     * @param tell hears what is left of the organization's requests, where they are bounded
     * @throws AppError INVALID_API_KEY, ORGANIZATION_SUSPENDED, INSUFFICIENT_PERMISSIONS, RATE_LIMITED,
     *   REQUESTS_PER_MINUTE_EXCEEDED, REQUESTS_PER_DAY_EXCEEDED
     */
    async admitKey(
      key: string | undefined,
      attempt: Attempt,
      scope: Scope,
      tell: (allowance: RequestAllowance) => void,
    ): Promise<AdmittedKey> {
      // In the two seconds that a revoked key may be remembered, it must make no other key, and send no results elsewhere.
      const trust = scope === MANAGING_SCOPE ? 'checked' : 'remembered';
      const known = await apiKeys.authenticate(key, attempt.address, trust);
      if (known.organization_status !== 'active') {
        await denyKey(known, attempt, scope, new AppError('ORGANIZATION_SUSPENDED', 'Your organization is suspended.'));
      }
      await requestQuotas.take(known.organization_id, tell);
      if (!known.scopes.includes(scope)) {
        const message = `This call needs a key with the scope "${scope}".`;
        await denyKey(known, attempt, scope, new AppError('INSUFFICIENT_PERMISSIONS', message, { details: { scope } }));
      }
      return {
        organizationId: known.organization_id,
        keyId: known.id,
        scopes: known.scopes,
        expiresAt: known.expires_at,
      };
    },

    /**
     * An address that failed too often is told so and not written down any more.
     * @throws AppError INVALID_ADMIN_TOKEN, RATE_LIMITED
     */
    async admitOperator(token: string | undefined, attempt: Attempt): Promise<void> {
      if (adminToken !== undefined && token !== undefined && isSame(token, adminToken)) return;
      const { address, requestId } = attempt;
      const { blocked, retryAfterSeconds } = await failures.isBlocked(address);
      if (blocked) {
        throw new AppError('RATE_LIMITED', 'Too many requests with invalid tokens came from your address.', {
          retryAfterSeconds,
        });
      }
      await failures.recordFailure(address);
      const actor = { type: 'unknown', id: null, address } as const;
      await audit.recordDenied({
        ...deniedAct({ actor, requestId }, attempt, 'INVALID_ADMIN_TOKEN'),
        action: 'operator.access',
      });
      throw new AppError('INVALID_ADMIN_TOKEN', 'The operators’ token is needed: "Authorization: Bearer …".');
    },
  };
}

function deniedAct(origin: Origin, { method, route, targetId }: Attempt, code: ErrorCode) {
  return { ...origin, targetId, details: { method, route, code } };
}

/** Digests have one length, and comparing them takes one time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
