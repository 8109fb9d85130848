/** What an organization is told of itself. */
import { OwnOrganization } from '../../shared/contracts/organization.ts';
import { Quotas } from '../../shared/contracts/quotas.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { OwnOrganizationReading } from '../services/own-organization.ts';

export function createOwnOrganizationRoutes(own: OwnOrganizationReading): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/organization',
      operationId: 'readOwnOrganization',
      summary: 'Read your organization',
      answers: [{ status: 200, description: 'The organization of the key, with its limits.', schema: OwnOrganization }],
      errors: ['DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId }) => json(200, await own.read(organizationId)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/organization/limits',
      operationId: 'readOwnLimits',
      summary: 'Read your limits',
      description: 'What counts for the organization; `null` is no bound.',
      answers: [{ status: 200, description: 'Every quota by its name.', schema: Quotas }],
      errors: ['DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId }) => json(200, await own.limits(organizationId)),
    }),
  ];
}
