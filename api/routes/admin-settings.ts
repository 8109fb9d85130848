/** What the service is set to, for operators. */
import { ServiceSettings } from '../../shared/contracts/operator-settings.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { ServiceSettingsReading } from '../services/service-settings.ts';

export function createAdminSettingsRoute(settings: ServiceSettingsReading): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: '/admin/api/settings',
    operationId: 'readSettings',
    summary: 'Read what the service is set to',
    description: 'Of the process that answers. Secrets, and texts that could hold one, are told to be set and no more.',
    answers: [{ status: 200, description: 'Settings, limits and versions.', schema: ServiceSettings }],
    errors: [],
    handle: async () => json(200, await settings.read()),
  });
}
