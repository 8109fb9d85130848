/** Wires what the operators' pages ask for besides what operators' calls have always told. */
import * as limits from '../shared/contracts/limits.ts';
import { SERVICE_VERSION } from '../shared/platform/version.ts';
import { readServerVersion } from '../shared/queue/server-version.ts';
import { ServerEnvironment, type Config } from './config.ts';
import type { OrganizationServices } from './create-organization-services.ts';
import type { Queues, Stores } from './open-adapters.ts';
import type { EventStreams } from './services/event-streams.ts';
import { createExecutionExport } from './services/execution-export.ts';
import type { ExecutionReading } from './services/execution-reading.ts';
import type { Health } from './services/health.ts';
import type { OperatorExecutions } from './services/operator-executions.ts';
import { createOperatorOutputs } from './services/operator-outputs.ts';
import { createOperatorResponses } from './services/operator-responses.ts';
import { createOverview } from './services/overview.ts';
import type { Packages } from './services/packages.ts';
import type { QueueControl } from './services/queue-control.ts';
import type { Responses } from './services/responses/responses.ts';
import { createServiceSettings } from './services/service-settings.ts';
import type { Workers } from './services/workers.ts';
import { shownSettings } from './settings/shown-settings.ts';

export type PageServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly audit: OrganizationServices['audit'];
  readonly reading: ExecutionReading;
  readonly streams: EventStreams;
  readonly health: Health;
  readonly packages: Packages;
  readonly workers: Workers;
  readonly queueControl: QueueControl;
  readonly operatorExecutions: OperatorExecutions;
  readonly responses: Pick<Responses, 'cancel'>;
};

export function createPageServices(deps: PageServiceDeps) {
  const { config, stores, queues, audit, reading, streams, health, packages, workers, queueControl } = deps;
  return {
    operatorOutputs: createOperatorOutputs({ store: stores.operatorExecutions, reading, streams, audit }),
    operatorResponses: createOperatorResponses({ store: stores.operatorResponses, responses: deps.responses, audit }),
    executionExport: createExecutionExport({ executions: deps.operatorExecutions }),
    overview: createOverview({ store: stores.activity, queue: queueControl, workers, health, now: () => new Date() }),
    serviceSettings: createServiceSettings({
      settings: shownSettings(ServerEnvironment.shape, config),
      models: shownModels(config),
      limits,
      packages,
      versions: { service: SERVICE_VERSION, node: process.version },
      postgresqlVersion: () => stores.health.version(),
      redisVersion: () => readServerVersion(queues.redis),
    }),
  };
}

/** Where a model's key is to be found stays here, too. */
function shownModels({ models, MODEL_DEFAULT: defaultName }: Config) {
  return Object.entries(models).map(([name, { provider, model }]) => ({
    name,
    provider,
    model,
    is_default: name === defaultName,
  }));
}
