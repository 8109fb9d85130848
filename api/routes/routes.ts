/** The whole API in one table. */
import type { Route } from '../http/define-route.ts';
import type { Cancellation } from '../services/cancellation.ts';
import type { Deletion } from '../services/deletion.ts';
import type { EventStreams } from '../services/event-streams.ts';
import type { ExecutionReading } from '../services/execution-reading.ts';
import type { Health } from '../services/health.ts';
import type { Packages } from '../services/packages.ts';
import type { RunExecution } from '../services/run-execution.ts';
import { createExecutionRoute } from './create-execution.ts';
import { createEndRoutes } from './end-executions.ts';
import { createEventsRoute } from './execution-events.ts';
import { createHealthRoutes } from './health.ts';
import { createPackagesRoute } from './packages.ts';
import { createReadRoutes } from './read-executions.ts';
import { createOutputRoute } from './read-output.ts';

export type RouteServices = {
  readonly runs: RunExecution;
  readonly reading: ExecutionReading;
  readonly cancellation: Cancellation;
  readonly deletion: Deletion;
  readonly streams: EventStreams;
  readonly packages: Packages;
  readonly health: Health;
};

export function createRoutes(services: RouteServices): Route[] {
  return [
    createExecutionRoute(services),
    ...createReadRoutes(services.reading),
    createOutputRoute(services.reading),
    createEventsRoute(services.streams),
    ...createEndRoutes(services),
    createPackagesRoute(services.packages),
    ...createHealthRoutes(services.health),
  ];
}
