/** `GET /v1/system-tools`: what assistants can use. */
import { SystemToolList } from '../../shared/contracts/system-tool.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { SystemTools } from '../services/responses/system-tools.ts';

export function createSystemToolsRoute(systemTools: SystemTools): Route {
  return defineRoute({
    scope: 'responses',
    method: 'get',
    path: '/v1/system-tools',
    operationId: 'listSystemTools',
    summary: 'List what assistants can use',
    answers: [{ status: 200, description: 'Every tool, with its modes and limits.', schema: SystemToolList }],
    errors: ['DATABASE_UNAVAILABLE'],
    handle: async ({ organizationId }) => json(200, { object: 'list', data: await systemTools.list(organizationId) }),
  });
}
