/** What operators look at and act on across organizations. */
import type { Route } from '../http/define-route.ts';
import type { OperatorOutputs } from '../services/operator-outputs.ts';
import type { OverviewReading } from '../services/overview.ts';
import type { QueueControl } from '../services/queue-control.ts';
import type { ServiceSettingsReading } from '../services/service-settings.ts';
import type { Workers } from '../services/workers.ts';
import type { Accounts } from '../services/accounts.ts';
import { createAccountRoutes } from './admin-accounts.ts';
import { createSessionRoutes, type SessionRouteServices } from './admin-session.ts';
import { createAdminExecutionRoutes, type AdminExecutionServices } from './admin-executions.ts';
import { createAdminFileRoutes, type AdminFileServices } from './admin-files.ts';
import { createAdminOutputRoutes } from './admin-execution-outputs.ts';
import { createAdminOverviewRoutes } from './admin-overview.ts';
import { createAdminResponseRoutes, type AdminResponseServices } from './admin-responses.ts';
import { createAdminSettingsRoute } from './admin-settings.ts';
import { createAdminQueueRoutes } from './admin-queue.ts';
import { createAdminWorkerRoutes } from './admin-workers.ts';

export type AdminRouteServices = AdminExecutionServices &
  AdminResponseServices &
  AdminFileServices &
  SessionRouteServices & {
    readonly accounts: Accounts;
    readonly operatorOutputs: OperatorOutputs;
    readonly overview: OverviewReading;
    readonly serviceSettings: ServiceSettingsReading;
    readonly workers: Workers;
    readonly queueControl: QueueControl;
  };

export function createAdminRoutes(services: AdminRouteServices): Route[] {
  return [
    ...createSessionRoutes(services),
    ...createAccountRoutes(services.accounts),
    ...createAdminOverviewRoutes(services.overview),
    ...createAdminExecutionRoutes(services),
    ...createAdminOutputRoutes(services.operatorOutputs),
    ...createAdminResponseRoutes(services),
    ...createAdminFileRoutes(services),
    createAdminSettingsRoute(services.serviceSettings),
    ...createAdminWorkerRoutes(services.workers),
    ...createAdminQueueRoutes(services.queueControl),
  ];
}
