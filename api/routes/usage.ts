/** What was used: an organization asks for itself, operators for any or all. */
import { z } from 'zod';
import { USAGE_DAYS_MAX, USAGE_HOURS_MAX } from '../../shared/contracts/limits.ts';
import { ServiceUsageReport, UsageGranularity, UsageReport } from '../../shared/contracts/usage.ts';
import { defineOperatorRoute, defineRoute, json, type Route } from '../http/define-route.ts';
import type { OrganizationSettingsReader } from '../services/organization-settings.ts';
import type { Usage } from '../services/usage.ts';
import { OrganizationParams, queryTime } from './answers.ts';

const UsageQuery = z.strictObject({
  granularity: UsageGranularity.default('day'),
  from: queryTime
    .optional()
    .describe('Goes back to the beginning of its hour or day. If left out, 24 hours or 30 days before `to`.'),
  to: queryTime.optional().describe('Goes on to the end of its hour or day. If left out, now.'),
});

const DESCRIPTION =
  'Executions and responses count once, in the hour in which they ended, also when they were deleted since. The sums are exact at ' +
  `any moment. At most ${String(USAGE_HOURS_MAX)} hours or ${String(USAGE_DAYS_MAX)} days at once.`;

export type UsageRouteServices = {
  readonly usage: Usage;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
};

export function createUsageRoutes({ usage, settings }: UsageRouteServices): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/usage',
      operationId: 'readUsage',
      summary: 'Read what your organization used',
      description: DESCRIPTION,
      query: UsageQuery,
      answers: [{ status: 200, description: 'By hour or day.', schema: UsageReport }],
      errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, query }) => json(200, await usage.ofOrganization(organizationId, query)),
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations/{id}/usage',
      operationId: 'readOrganizationUsage',
      summary: 'Read what an organization used',
      description: DESCRIPTION,
      params: OrganizationParams,
      query: UsageQuery,
      answers: [{ status: 200, description: 'By hour or day.', schema: UsageReport }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ params, query }) {
        await settings.find(params.id);
        return json(200, await usage.ofOrganization(params.id, query));
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/usage',
      operationId: 'readServiceUsage',
      summary: 'Read what all organizations used',
      description: `${DESCRIPTION} What deleted organizations used is gone with them.`,
      query: UsageQuery,
      answers: [{ status: 200, description: 'By hour or day, and who used most.', schema: ServiceUsageReport }],
      errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ query }) => json(200, await usage.ofAll(query)),
    }),
  ];
}
