/** Wires what posts results to the receivers of organizations. */
import { WebhookEndpointId } from '../shared/contracts/ids.ts';
import { newId } from '../shared/platform/new-id.ts';
import type { Config } from './config.ts';
import { responseBody } from './faces/own-webhook.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Queues, Stores } from './open-adapters.ts';
import type { Audit } from './services/audit.ts';
import { createWebhookAttempt } from './services/webhook-attempt.ts';
import { createWebhookDeliveries } from './services/webhook-deliveries.ts';
import { createWebhookEndpoints } from './services/webhook-endpoints.ts';
import { createWebhookPump } from './services/webhook-pump.ts';
import { createWebhookRetention } from './services/webhook-retention.ts';
import { urlPolicyOf } from './settings/webhook-settings.ts';
import { createConnections } from './webhooks/connection.ts';
import { createPost } from './webhooks/post.ts';
import { createDnsResolve, resolveAsHost } from './webhooks/resolve.ts';
import { urlProblem } from './webhooks/url-policy.ts';

export type WebhookServiceDeps = {
  readonly config: Config;
  readonly stores: Stores;
  readonly queues: Pick<Queues, 'webhooks'>;
  readonly metrics: Pick<ApiMetrics, 'onWebhookAttempt'>;
  readonly audit: Audit;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** Where executions are kept for ever, the log of deliveries is not. */
const LOG_DAYS_DEFAULT = 30;

export function createWebhookServices({ config, stores, queues, metrics, audit, nowMs, report }: WebhookServiceDeps) {
  const policy = urlPolicyOf(config);
  const { allowPrivate } = policy;
  const now = () => new Date();
  const stopping = new AbortController();
  const pump = createWebhookPump({ due: stores.webhookDue, queue: queues.webhooks, nowMs, report });
  const resolve = allowPrivate ? resolveAsHost : createDnsResolve();
  const attempt = createWebhookAttempt({
    due: stores.webhookDue,
    subjects: stores.webhookSubjects,
    responseBody,
    upkeep: stores.webhookUpkeep,
    secrets: stores.webhookSecrets,
    post: createPost({ policy, connections: createConnections({ allowPrivate, resolve }), nowMs, now }).post,
    audit,
    bodyBytesMax: config.WEBHOOK_BODY_BYTES_MAX,
    failingDays: config.WEBHOOK_FAILING_DAYS,
    now,
    random: Math.random,
    closing: stopping.signal,
    onAttempt: metrics.onWebhookAttempt,
    report,
  });
  return {
    webhookEndpoints: createWebhookEndpoints({
      endpoints: stores.webhookEndpoints,
      secrets: stores.webhookSecrets,
      deliveries: stores.webhookDeliveries,
      upkeep: stores.webhookUpkeep,
      audit,
      urlProblem: (url) => urlProblem(url, policy),
      newEndpointId: () => WebhookEndpointId.parse(newId('hook')),
      now,
      nudge: pump.nudge,
    }),
    webhookDeliveries: createWebhookDeliveries({ store: stores.webhookDeliveries, audit, nudge: pump.nudge }),
    /** What an api process runs to send them. */
    webhookSending: {
      pump,
      attempt,
      /** Breaks off what is under way: another process attempts it again. */
      abort: () => {
        stopping.abort();
      },
    },
    /** For the reconciler. */
    webhookSteps: createWebhookRetention({
      store: stores.webhookUpkeep,
      days: config.RETENTION_DAYS === 0 ? LOG_DAYS_DEFAULT : config.RETENTION_DAYS,
      nowMs,
    }),
  };
}

export type WebhookServices = ReturnType<typeof createWebhookServices>;
