/** What an organization may use, as operators read and set it. */
import { z } from 'zod';
import { OrganizationId } from '../../shared/contracts/ids.ts';
import { OrganizationQuotas, QuotaOverrides } from '../../shared/contracts/quotas.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { QuotaManagement } from '../services/quota-management.ts';

const PATH = '/admin/api/organizations/{id}/quotas';
const Params = z.strictObject({ id: OrganizationId });

export function createAdminQuotaRoutes(quotas: QuotaManagement): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: PATH,
      operationId: 'readQuotas',
      summary: 'Read an organization’s quotas',
      description: 'What counts for it, what was set for it, and the service’s defaults and ceilings.',
      params: Params,
      answers: [{ status: 200, description: 'Its quotas.', schema: OrganizationQuotas }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params }) => json(200, await quotas.read(params.id)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'put',
      path: PATH,
      operationId: 'setQuotas',
      summary: 'Set an organization’s quotas',
      description:
        'These are set, and what was set before is forgotten: what is left out follows the service’s default, and `{}` ' +
        'sets nothing. `null` is no bound, where there may be none. It counts on every process within two seconds, and ' +
        'for executions that wait at once.',
      params: Params,
      body: QuotaOverrides,
      answers: [{ status: 200, description: 'The quotas as they are then.', schema: OrganizationQuotas }],
      errors: [
        'NOT_FOUND',
        'ORGANIZATION_DELETING',
        'VALIDATION_ERROR',
        'PAYLOAD_TOO_LARGE',
        'QUEUE_UNAVAILABLE',
        'DATABASE_UNAVAILABLE',
      ],
      handle: async ({ params, body, origin }) => json(200, await quotas.set(params.id, body, origin)),
    }),
  ];
}
