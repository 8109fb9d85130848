/** Wires what operators look at and act on across organizations, and what organizations are told that they used. */
import type { OrganizationServices } from './create-organization-services.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Queues, Stores } from './open-adapters.ts';
import type { Cancellation } from './services/cancellation.ts';
import type { Conclusion } from './services/conclusion.ts';
import type { Dispatcher } from './services/dispatcher.ts';
import { createMassCancellation } from './services/mass-cancellation.ts';
import { createOperatorExecutions } from './services/operator-executions.ts';
import { createQueueControl } from './services/queue-control.ts';
import type { RunExecution } from './services/run-execution.ts';
import { createUsageSums } from './services/usage-sums.ts';
import { createUsage } from './services/usage.ts';
import { createWorkers } from './services/workers.ts';

export type AdminServiceDeps = {
  readonly stores: Stores;
  readonly queues: Queues;
  readonly metrics: Pick<ApiMetrics, 'onCancelled'>;
  readonly organizations: Pick<OrganizationServices, 'audit' | 'settings' | 'queueSettings'>;
  readonly runs: RunExecution;
  readonly cancellation: Cancellation;
  readonly conclusion: Conclusion;
  readonly dispatcher: Dispatcher;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createAdminServices(deps: AdminServiceDeps) {
  const { stores, queues, metrics, organizations, runs, cancellation, conclusion, dispatcher, nowMs, report } = deps;
  const { audit, settings, queueSettings } = organizations;
  const queueControl = createQueueControl({
    ...queues,
    serviceSettings: stores.serviceSettings,
    organizations: stores.organizations,
    executions: stores.operatorExecutions,
    oldestQueuedSeconds: () => stores.backlog.oldestQueuedSeconds(),
    runningOf: (ids) => stores.backlog.runningOf(ids),
    settings,
    applyToQueue: queueSettings.apply,
    dispatcher,
    audit,
  });
  return {
    usage: createUsage({ store: stores.usage, now: () => new Date() }),
    operatorExecutions: createOperatorExecutions({
      store: stores.operatorExecutions,
      cancellation,
      runs,
      settings,
      audit,
    }),
    massCancellation: createMassCancellation({
      ...queues,
      store: stores.operatorExecutions,
      conclusion,
      dispatcher,
      audit,
      onCancelled: metrics.onCancelled,
      nowMs,
      report,
    }),
    workers: createWorkers({ heartbeats: queues.heartbeats, commands: queues.workerCommands, audit, nowMs }),
    queueControl,
    /** For the reconciler; what holds the queue back comes before anything lets executions out. */
    adminSteps: {
      queuePause: queueControl.queuePause,
      ...createUsageSums({ store: stores.usage, activity: stores.activity, nowMs }),
    },
  };
}
