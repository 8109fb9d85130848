/** Wires the services to their adapters: the one place that knows all of them. */
import type { BlobStorage } from '../shared/blobs/storage.ts';
import { ExecutionId } from '../shared/contracts/ids.ts';
import type { Log } from '../shared/platform/log.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Tracing } from '../shared/platform/spans.ts';
import type { Config } from './config.ts';
import { createCore } from './create-core.ts';
import { createReporter } from './create-reporter.ts';
import { createResponseServices } from './create-response-services.ts';
import { createRemoval } from './create-removal.ts';
import { createFileServices } from './create-file-services.ts';
import { createAccountServices } from './create-account-services.ts';
import { createAdminServices } from './create-admin-services.ts';
import { createPageServices } from './create-page-services.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Queues, Stores } from './open-adapters.ts';
import { openModels } from './open-models.ts';
import { createOrganizationServices } from './create-organization-services.ts';
import { createDeletion } from './services/deletion.ts';
import { createExecutionFiles } from './services/execution-files.ts';
import { createExecutionReading } from './services/execution-reading.ts';
import { createHealth } from './services/health.ts';
import { createIdempotentSubmission } from './services/idempotent-submission.ts';
import { createReconciler } from './services/reconciler.ts';
import { createReconcileSteps } from './services/reconcile-steps.ts';
import { createResults } from './services/results.ts';
import { createRetention } from './services/retention.ts';
import { createRunExecution } from './services/run-execution.ts';
import { createSubmission } from './services/submission.ts';
import { isDataError } from './store/database.ts';
import { createWebhookServices } from './create-webhook-services.ts';
import type { RequestScope } from './request-scope.ts';

export type ServiceDeps = {
  readonly config: Config;
  readonly log: Log;
  readonly stores: Stores;
  readonly queues: Queues;
  readonly storage: BlobStorage;
  readonly metrics: Pick<
    ApiMetrics,
    'onFinished' | 'onCancelled' | 'onReconciled' | 'onWebhookAttempt' | 'onResponseEnded' | 'onModelStep'
  >;
  readonly isClosing: () => boolean;
  readonly scope: Pick<RequestScope, 'requestId'>;
  readonly tracing: Tracing | undefined;
};

export function createServices(deps: ServiceDeps) {
  const { config, stores, queues, metrics, isClosing, tracing } = deps;
  const report = createReporter(deps);
  const nowMs = () => performance.now();
  const core = createCore({ ...deps, report });
  const { waiting, conclusion, dispatcher, cancellation } = core;
  const models = openModels(config);
  const organizations = createOrganizationServices({ config, stores, queues, dispatcher, models, nowMs, report });
  const submission = createSubmission({ ...queues, ...organizations, store: stores.executions, dispatcher, report });
  const idempotent = createIdempotentSubmission({
    keys: stores.idempotency,
    executions: stores.executions,
    submission,
  });
  const steps = createReconcileSteps({
    ...queues,
    store: stores.reconcile,
    rows: stores.dispatch,
    terms: organizations.queueTerms,
    conclusion,
    dispatcher,
    nowMs,
    onAction: metrics.onReconciled,
    report,
  });
  const retention = createExecutionRetention(deps);
  const webhooks = createWebhookServices({ ...deps, audit: organizations.audit, nowMs, report });
  const runs = createRunExecution({
    assertCallbackUrl: webhooks.webhookEndpoints.assertCallbackUrl,
    quotas: organizations.executionQuotas,
    submission,
    idempotent,
    waiting,
    cancellation,
    files: createExecutionFiles({ store: stores.inputFiles }),
    newExecutionId: () => ExecutionId.parse(newId('exec')),
    defaults: { isolation: config.SANDBOX_ISOLATION },
    traceparent: () => tracing?.current()?.traceparent,
    report,
  });
  const admin = createAdminServices({ ...core, stores, queues, metrics, organizations, runs, nowMs, report });
  const files = createFileServices({ ...deps, settings: organizations.settings, nowMs, report });
  const removal = createRemoval({ ...organizations, ...admin, ...files, stores, queues, dispatcher, nowMs, report });
  const responseServices = createResponseServices({
    ...deps,
    ...core,
    ...organizations,
    models,
    runs,
    nowMs,
    onEnded: webhooks.webhookSending.pump.nudge,
    report,
  });
  const reading = createExecutionReading({ store: stores.executions });
  const health = createHealth({ pingDatabase: () => stores.health.ping(), heartbeats: queues.heartbeats, isClosing });
  const accountServices = createAccountServices({ config, stores, queues, audit: organizations.audit, report });
  return {
    ...core,
    ...accountServices,
    ...createPageServices({ ...deps, ...core, ...organizations, ...admin, ...responseServices, reading, health }),
    ...responseServices,
    ...organizations,
    ...admin,
    ...webhooks,
    ...files,
    runs,
    reading,
    deletion: createDeletion({ store: stores.executions, cancellation, events: queues.eventWriter }),
    health,
    results: createResults({
      store: stores.results,
      rows: stores.dispatch,
      cancels: queues.cancels,
      conclusion,
      dispatcher,
      handOverEnd: (id, end) => {
        metrics.onFinished(end.report);
        waiting.handOverEnd(id, end);
      },
      isDataError,
      report,
    }),
    reconciler: createReconciler({
      store: stores.reconcile,
      steps: {
        ...admin.adminSteps,
        ...steps,
        queueTerms: organizations.queueTerms.compare,
        ...retention,
        ...removal,
        contents: files.blobs.sweep,
        ...webhooks.webhookSteps,
        ...responseServices.responseSteps,
      },
      report,
    }),
  };
}

export type Services = ReturnType<typeof createServices>;

function createExecutionRetention({ config, stores, metrics }: ServiceDeps) {
  return createRetention({
    store: stores.reconcile,
    days: config.RETENTION_DAYS,
    nowMs: () => performance.now(),
    onDeleted: (count) => {
      metrics.onReconciled('executions_deleted', count);
    },
  });
}
