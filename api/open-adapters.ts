/** Opens everything that talks to PostgreSQL and Redis. */
import {
  CHANGES_PER_HOUR_MAX,
  FAILED_LOGINS_MAX,
  FAILED_LOGINS_SECONDS,
  SESSION_IDLE_SECONDS_MAX,
  SESSION_SECONDS_MAX,
} from '../shared/contracts/limits.ts';
import type { Lifecycle } from '../shared/platform/lifecycle.ts';
import type { Log } from '../shared/platform/log.ts';
import { createQuietWarning } from '../shared/platform/quiet-warning.ts';
import { createCancels } from '../shared/queue/cancels.ts';
import { openRedis } from '../shared/queue/connection.ts';
import { openExecutionQueue } from '../shared/queue/execution-queue.ts';
import { createFairIndexState } from '../shared/queue/fair-index-state.ts';
import { createFairIndex } from '../shared/queue/fair-index.ts';
import { createHeartbeats } from '../shared/queue/heartbeats.ts';
import { createIndexMembership } from '../shared/queue/index-membership.ts';
import { createKnownModels } from '../shared/queue/known-models.ts';
import { createKeyspace } from '../shared/queue/keyspace.ts';
import { createDoneNotifier, createEventReader, createEventWriter } from '../shared/queue/live-events.ts';
import { createFailureLimiter } from '../shared/queue/rate-limit.ts';
import { createResponseLog } from '../shared/queue/response-events.ts';
import { createRequestBuckets } from '../shared/queue/request-buckets.ts';
import { createOrganizationKeys } from '../shared/queue/organization-keys.ts';
import { createResultBacklog } from '../shared/queue/results.ts';
import { openSubscriber } from '../shared/queue/subscriber.ts';
import { createWorkerCommands } from '../shared/queue/worker-commands.ts';
import { openResponseQueue } from '../shared/queue/response-queue.ts';
import { openWebhookQueue } from '../shared/queue/webhook-queue.ts';
import type { Config } from './config.ts';
import type { UnsourcedJob } from './services/new-execution.ts';
import { createApiKeyStore } from './store/api-key-store.ts';
import { createAssistantStore } from './store/assistant-store.ts';
import { createAuditStore } from './store/audit-store.ts';
import { createBlobStore } from './store/blob-store.ts';
import { createBacklogStore } from './store/backlog-store.ts';
import { createConversationFileStore } from './store/conversation-file-store.ts';
import { createConversationStore } from './store/conversation-store.ts';
import { createDatabaseHealth } from './store/database-health.ts';
import { openDatabase } from './store/database.ts';
import { createDispatchStore } from './store/dispatch-store.ts';
import { createExecutionStore } from './store/execution-store.ts';
import { createFileStore } from './store/file-store.ts';
import { createIdempotencyStore } from './store/idempotency-store.ts';
import { createKeyCreationStore } from './store/key-creation-store.ts';
import { createKeyManagementStore } from './store/key-management-store.ts';
import { createOrganizationRemovalStore } from './store/organization-removal-store.ts';
import { createOrganizationStore } from './store/organization-store.ts';
import { createActivityStore } from './store/activity-store.ts';
import { createOperatorResponseStore } from './store/operator-response-store.ts';
import { createOperatorExecutionStore } from './store/operator-execution-store.ts';
import { createInputFileStore } from './store/input-file-store.ts';
import { createQuotaStore } from './store/quota-store.ts';
import { createQueueTermsStore } from './store/queue-terms-store.ts';
import { createReconcileStore } from './store/reconcile-store.ts';
import { createResponseClaimStore } from './store/response-claim-store.ts';
import { createResponseInsertionStore } from './store/response-insertion-store.ts';
import { createResponseProgressStore } from './store/response-progress-store.ts';
import { createResponseStore } from './store/response-store.ts';
import { createResultStore } from './store/result-store.ts';
import { createWebhookDeliveryStore } from './store/webhook-delivery-store.ts';
import { createWebhookDueStore } from './store/webhook-due-store.ts';
import { createWebhookEndpointStore } from './store/webhook-endpoint-store.ts';
import { createWebhookSecretStore } from './store/webhook-secret-store.ts';
import { createWebhookSubjectStore } from './store/webhook-subject-store.ts';
import { createWebhookUpkeepStore } from './store/webhook-upkeep-store.ts';
import { createAccountStore } from './store/account-store.ts';
import { createSessionStore } from './store/session-store.ts';
import { createServiceSettingsStore } from './store/service-settings-store.ts';
import { createUsageStore } from './store/usage-store.ts';

const FAILED_KEYS_SECONDS = 60;
const HOUR_SECONDS = 3_600;

export type OpenDeps = { readonly config: Config; readonly log: Log; readonly lifecycle: Lifecycle };

export function openStores({ config, log, lifecycle }: OpenDeps) {
  const { db, close } = openDatabase({
    url: config.DATABASE_URL,
    connectionsMax: config.DATABASE_CONNECTIONS_MAX,
    prepare: config.DATABASE_PREPARED_STATEMENTS === 'on',
    report: (error) => {
      log.warn({ err: error }, 'a database connection failed');
    },
  });
  lifecycle.onClose('database', close);
  return {
    apiKeys: createApiKeyStore({ db }),
    audit: createAuditStore({ db }),
    organizations: createOrganizationStore({ db }),
    keyManagement: createKeyManagementStore({ db }),
    keyCreation: createKeyCreationStore({ db }),
    organizationRemoval: createOrganizationRemovalStore({ db }),
    executions: createExecutionStore({ db }),
    blobs: createBlobStore({ db }),
    files: createFileStore({ db }),
    inputFiles: createInputFileStore({ db }),
    dispatch: createDispatchStore({ db }),
    results: createResultStore({ db }),
    idempotency: createIdempotencyStore({ db }),
    reconcile: createReconcileStore({ db }),
    queueTerms: createQueueTermsStore({ db }),
    quotas: createQuotaStore({ db }),
    backlog: createBacklogStore({ db }),
    assistants: createAssistantStore({ db }),
    responses: createResponseStore({ db }),
    responseClaims: createResponseClaimStore({ db }),
    responseInsertion: createResponseInsertionStore({ db }),
    responseProgress: createResponseProgressStore({ db }),
    conversations: createConversationStore({ db }),
    conversationFiles: createConversationFileStore({ db }),
    operatorExecutions: createOperatorExecutionStore({ db }),
    operatorResponses: createOperatorResponseStore({ db }),
    activity: createActivityStore({ db }),
    accounts: createAccountStore({ db }),
    sessions: createSessionStore({
      db,
      times: { idleSeconds: SESSION_IDLE_SECONDS_MAX, wholeSeconds: SESSION_SECONDS_MAX },
    }),
    serviceSettings: createServiceSettingsStore({ db }),
    usage: createUsageStore({ db }),
    webhookEndpoints: createWebhookEndpointStore({ db }),
    webhookSecrets: createWebhookSecretStore({ db }),
    webhookDeliveries: createWebhookDeliveryStore({ db }),
    webhookDue: createWebhookDueStore({ db }),
    webhookSubjects: createWebhookSubjectStore({ db }),
    webhookUpkeep: createWebhookUpkeepStore({ db }),
    health: createDatabaseHealth({ db }),
    db,
  };
}

export type Stores = ReturnType<typeof openStores>;

export function openQueues({ config, log, lifecycle }: OpenDeps) {
  const { REDIS_URL: redisUrl, REDIS_NAMESPACE: namespace } = config;
  const warn = createQuietWarning(log);
  const report = (error: unknown) => {
    warn({ err: error }, 'a Redis connection failed');
  };
  const keyspace = createKeyspace(namespace);
  const redis = openRedis(redisUrl, 'command', report);
  lifecycle.onClose('redis', () => {
    redis.disconnect();
  });
  const queue = openExecutionQueue({ redisUrl, namespace, report });
  lifecycle.onClose('queue', () => queue.close());
  const webhooks = openWebhookQueue({ redisUrl, namespace, report });
  lifecycle.onClose('webhook queue', () => webhooks.close());
  const responses = openResponseQueue({ redisUrl, namespace, report });
  lifecycle.onClose('response queue', () => responses.close());
  const subscriber = openSubscriber({ redisUrl, keyspace, report });
  lifecycle.onClose('subscriber', () => subscriber.close());
  const connection = { redis, keyspace };
  return {
    redis,
    keyspace,
    queue,
    webhooks,
    responses,
    subscriber,
    fairIndex: createFairIndex(connection),
    indexState: createFairIndexState(connection),
    membership: createIndexMembership(connection),
    requestBuckets: createRequestBuckets(connection),
    backlog: createResultBacklog(connection),
    eventReader: createEventReader(connection),
    eventWriter: createEventWriter(connection),
    responseLog: createResponseLog(connection),
    knownModels: createKnownModels(connection),
    done: createDoneNotifier(connection),
    cancels: createCancels(connection),
    organizationKeys: createOrganizationKeys(connection),
    heartbeats: createHeartbeats(connection),
    workerCommands: createWorkerCommands(connection),
    failures: createFailureLimiter({
      ...connection,
      points: config.FAILED_KEYS_MAX,
      durationSeconds: FAILED_KEYS_SECONDS,
    }),
    changes: createFailureLimiter({
      redis,
      keyspace: { failuresPrefix: keyspace.changesPrefix },
      points: CHANGES_PER_HOUR_MAX,
      durationSeconds: HOUR_SECONDS,
    }),
    failedLogins: createFailureLimiter({
      redis,
      keyspace: { failuresPrefix: keyspace.failedLoginsPrefix },
      points: FAILED_LOGINS_MAX,
      durationSeconds: FAILED_LOGINS_SECONDS,
    }),
    denials: createFailureLimiter({
      redis,
      keyspace: { failuresPrefix: keyspace.denialsPrefix },
      points: CHANGES_PER_HOUR_MAX,
      durationSeconds: HOUR_SECONDS,
    }),
  };
}

type OpenedQueues = ReturnType<typeof openQueues>;

/** As the services have them: jobs that rows make are told where their files are, on their way into the queue. */
export type Queues = Omit<OpenedQueues, 'queue'> & {
  readonly queue: Omit<OpenedQueues['queue'], 'add'> & { add(job: UnsourcedJob): Promise<void> };
};
