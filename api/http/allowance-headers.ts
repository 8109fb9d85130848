/** What is left of an organization's requests, as headers of every answer. Pure. */
import type { RequestAllowance } from '../services/request-quotas.ts';
import type { Headers } from './define-route.ts';

export function allowanceHeaders({ limit, remaining, resetSeconds }: RequestAllowance): Headers {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': String(resetSeconds),
  };
}
