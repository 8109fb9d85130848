/** What an organization is told of itself, and what it sets itself. */
import { OwnOrganization, UpdateOwnOrganization } from '../../shared/contracts/organization.ts';
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
      method: 'patch',
      path: '/v1/organization',
      operationId: 'updateOwnOrganization',
      summary: 'Change your organization',
      description:
        'The model of responses that name none: `GET /v1/models` lists what there is. It counts on every process ' +
        'within two seconds.',
      body: UpdateOwnOrganization,
      answers: [{ status: 200, description: 'Your organization as it is then.', schema: OwnOrganization }],
      errors: ['VALIDATION_ERROR', 'ORGANIZATION_DELETING', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, body, origin }) => json(200, await own.change(organizationId, body, origin)),
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
