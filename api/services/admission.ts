/** Lets keys of organizations in, within their scopes. Attempts to manage without the right are written down. */
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

export function createAdmission({ apiKeys, requestQuotas, audit }: AdmissionDeps) {
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
  };
}

function deniedAct(origin: Origin, { method, route, targetId }: Attempt, code: ErrorCode) {
  return { ...origin, targetId, details: { method, route, code } };
}
