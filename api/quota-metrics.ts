/** What an api process refused because it went over a quota. */
import { Counter, type Registry } from '@prometheus-io/client';
import type { AppError } from '../shared/contracts/errors.ts';
import { Quotas } from '../shared/contracts/quotas.ts';

const QUOTAS = Quotas.keyof();

export function createQuotaMetrics(registry: Registry) {
  const refusals = new Counter({
    name: 'ci_quota_refusals_total',
    help: 'Requests that were refused because they went over a quota of their organization, by quota.',
    labelNames: ['quota'],
    registers: [registry],
  });
  for (const quota of QUOTAS.options) refusals.inc({ quota }, 0);
  return {
    /** Counts an error that names a quota in its details; others count nothing. */
    onError({ details }: Pick<AppError, 'details'>): void {
      const quota = QUOTAS.safeParse(details['quota']);
      if (quota.success) refusals.inc({ quota: quota.data });
    },
  };
}
