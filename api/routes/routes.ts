/** The whole API in one table. */
import type { Route } from '../http/define-route.ts';
import type { Audit } from '../services/audit.ts';
import type { Cancellation } from '../services/cancellation.ts';
import type { Deletion } from '../services/deletion.ts';
import type { EventStreams } from '../services/event-streams.ts';
import type { ExecutionReading } from '../services/execution-reading.ts';
import type { Health } from '../services/health.ts';
import type { KeyManagement } from '../services/key-management.ts';
import type { Organizations } from '../services/organizations.ts';
import type { OwnOrganizationReading } from '../services/own-organization.ts';
import type { Packages } from '../services/packages.ts';
import type { ModelList } from '../services/responses/model-list.ts';
import type { Assistants } from '../services/responses/assistants.ts';
import type { Responses } from '../services/responses/responses.ts';
import type { SystemTools } from '../services/responses/system-tools.ts';
import type { RunExecution } from '../services/run-execution.ts';
import { createAssistantRoutes } from './assistants.ts';
import type { QuotaManagement } from '../services/quota-management.ts';
import { createAdminRoutes, type AdminRouteServices } from './admin.ts';
import { createAdminAuditRoutes } from './admin-audit.ts';
import { createAdminKeyRoutes } from './admin-keys.ts';
import { createAdminOrganizationRoutes } from './admin-organizations.ts';
import { createAdminQuotaRoutes } from './admin-quotas.ts';
import { createExecutionRoute } from './create-execution.ts';
import { createEndRoutes } from './end-executions.ts';
import { createEventsRoute } from './execution-events.ts';
import { createFileRoutes, type FileRouteDeps } from './files.ts';
import { createHealthRoutes } from './health.ts';
import { createModelRoutes } from './models.ts';
import { createOpenAiResponseRoute } from './openai-responses.ts';
import { createOrganizationFileRoutes, type OrganizationFileRouteDeps } from './organization-files.ts';
import { createOwnKeyRoutes } from './own-keys.ts';
import { createOwnOrganizationRoutes } from './own-organization.ts';
import { createPackagesRoute } from './packages.ts';
import { createReadRoutes } from './read-executions.ts';
import { createOutputRoute } from './read-output.ts';
import { createReadOpenAiResponseRoutes } from './read-openai-responses.ts';
import { createReadResponseRoutes } from './read-responses.ts';
import { createResponseRoutes } from './responses.ts';
import { createSystemToolsRoute } from './system-tools.ts';
import { createUsageRoutes, type UsageRouteServices } from './usage.ts';
import type { WebhookRouteServices } from './admin-webhooks.ts';
import { createWebhookRoutes } from './webhooks.ts';

export type RouteServices = AdminRouteServices &
  UsageRouteServices &
  WebhookRouteServices & {
    readonly runs: RunExecution;
    readonly reading: ExecutionReading;
    readonly cancellation: Cancellation;
    readonly deletion: Deletion;
    readonly streams: EventStreams;
    readonly responses: Responses;
    readonly assistants: Assistants;
    readonly systemTools: SystemTools;
    readonly modelList: ModelList;
    readonly packages: Packages;
    readonly health: Health;
    readonly files: FileRouteDeps['files'] & OrganizationFileRouteDeps['files'];
    readonly uploads: FileRouteDeps['uploads'];
    readonly organizations: Organizations;
    readonly quotas: QuotaManagement;
    readonly keys: KeyManagement;
    readonly ownOrganization: OwnOrganizationReading;
    readonly audit: Pick<Audit, 'list'>;
  };

export function createRoutes(services: RouteServices): Route[] {
  return [
    createExecutionRoute(services),
    ...createReadRoutes(services.reading),
    createOutputRoute(services.reading),
    createEventsRoute(services.streams),
    ...createEndRoutes(services),
    ...createResponseRoutes(services.responses),
    ...createReadResponseRoutes(services.responses),
    createOpenAiResponseRoute(services.responses),
    ...createReadOpenAiResponseRoutes(services.responses),
    ...createAssistantRoutes(services.assistants),
    createSystemToolsRoute(services.systemTools),
    ...createModelRoutes(services.modelList),
    createPackagesRoute(services.packages),
    ...createOwnOrganizationRoutes(services.ownOrganization),
    ...createOwnKeyRoutes(services.keys),
    ...createAdminKeyRoutes(services.keys),
    ...createAdminOrganizationRoutes(services.organizations),
    ...createAdminQuotaRoutes(services.quotas),
    ...createAdminAuditRoutes(services.audit),
    ...createAdminRoutes(services),
    ...createUsageRoutes(services),
    ...createWebhookRoutes(services),
    ...createFileRoutes(services),
    ...createOrganizationFileRoutes(services),
    ...createHealthRoutes(services.health),
  ];
}
