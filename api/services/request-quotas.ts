/** How many requests an organization may send: what is left of its quotas, and what is refused. */
import { AppError, type ErrorCode } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { QuotaName, Quotas } from '../../shared/contracts/quotas.ts';
import type { BucketState, RequestBuckets } from '../../shared/queue/request-buckets.ts';

/** Of the bucket that is the tighter one now. */
export type RequestAllowance = {
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the bucket is full again. */
  readonly resetSeconds: number;
};

type Bounds = Pick<Quotas, 'requests_per_minute' | 'requests_per_day'>;

export type RequestQuotasDeps = {
  readonly settings: { find(organizationId: OrganizationId): Promise<{ readonly quotas: Bounds }> };
  readonly buckets: RequestBuckets;
};

const WINDOW_SECONDS = { minute: 60, day: 86_400 } as const;
const REFUSAL = {
  minute: { code: 'REQUESTS_PER_MINUTE_EXCEEDED', quota: 'requests_per_minute' },
  day: { code: 'REQUESTS_PER_DAY_EXCEEDED', quota: 'requests_per_day' },
} as const satisfies Readonly<Record<BucketState['kind'], { code: ErrorCode; quota: QuotaName }>>;

export function createRequestQuotas({ settings, buckets }: RequestQuotasDeps) {
  return {
    /**
     * Counts one request of the organization.
     * @param tell hears what is left, also when the request is refused; not called where there is no quota
     * @throws AppError REQUESTS_PER_MINUTE_EXCEEDED, REQUESTS_PER_DAY_EXCEEDED; QUEUE_UNAVAILABLE where there is a quota
     */
    async take(organizationId: OrganizationId, tell: (allowance: RequestAllowance) => void): Promise<void> {
      const { requests_per_minute: perMinute, requests_per_day: perDay } = (await settings.find(organizationId)).quotas;
      const tightest = tightestOf(await buckets.take(organizationId, { perMinute, perDay }));
      if (tightest === undefined) return;
      tell(allowanceOf(tightest));
      if (tightest.empty) throw refusal(tightest);
    },
  };
}

export type RequestQuotaService = ReturnType<typeof createRequestQuotas>;

/** The one that decides: of empty ones that which takes longest to have a request again, else the one with least left. Pure. */
export function tightestOf(states: readonly BucketState[]): BucketState | undefined {
  const empty = states.filter((state) => state.empty);
  if (empty.length > 0) return empty.toSorted((one, other) => secondsUntil(other, 1) - secondsUntil(one, 1))[0];
  return states.toSorted((one, other) => one.tokens - other.tokens)[0];
}

/** Pure. */
export function allowanceOf(state: BucketState): RequestAllowance {
  return {
    limit: state.capacity,
    remaining: Math.floor(state.tokens),
    resetSeconds: Math.ceil(secondsUntil(state, state.capacity)),
  };
}

function secondsUntil({ kind, capacity, tokens }: BucketState, wanted: number): number {
  return Math.max(0, ((wanted - tokens) * WINDOW_SECONDS[kind]) / capacity);
}

function refusal(state: BucketState): AppError {
  const { code, quota } = REFUSAL[state.kind];
  const limit = String(state.capacity);
  return new AppError(code, `Your organization may send ${limit} requests in a ${state.kind}, and has sent them.`, {
    details: { quota, limit: state.capacity },
    retryAfterSeconds: Math.max(1, Math.ceil(secondsUntil(state, 1))),
  });
}
