/** What operators look at and act on across organizations. */
import type { Route } from '../http/define-route.ts';
import type { QueueControl } from '../services/queue-control.ts';
import type { Workers } from '../services/workers.ts';
import { createAdminExecutionRoutes, type AdminExecutionServices } from './admin-executions.ts';
import { createAdminQueueRoutes } from './admin-queue.ts';
import { createAdminWorkerRoutes } from './admin-workers.ts';

export type AdminRouteServices = AdminExecutionServices & {
  readonly workers: Workers;
  readonly queueControl: QueueControl;
};

export function createAdminRoutes(services: AdminRouteServices): Route[] {
  return [
    ...createAdminExecutionRoutes(services),
    ...createAdminWorkerRoutes(services.workers),
    ...createAdminQueueRoutes(services.queueControl),
  ];
}
