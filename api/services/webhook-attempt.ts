/** One attempt of one delivery: what is posted, to whom, and what follows from the answer. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { WebhookDeliveryId, WebhookEndpointId } from '../../shared/contracts/ids.ts';
import type { Post, PostOutcome } from '../webhooks/post.ts';
import type { StartedDelivery } from '../store/webhook-due-queries.ts';
import type { WebhookDueStore } from '../store/webhook-due-store.ts';
import type { WebhookSecretStore } from '../store/webhook-secret-store.ts';
import type { WebhookSubjectStore } from '../store/webhook-subject-store.ts';
import type { WebhookUpkeepStore } from '../store/webhook-upkeep-store.ts';
import { BY_SERVICE, type Audit } from './audit.ts';
import { executionBody, testBody, type ResponseEventSubject } from './webhook-body.ts';
import { nextAttemptMs } from './webhook-schedule.ts';
import { newWebhookSecret, signatureHeaders } from './webhook-signature.ts';

export type WebhookAttemptDeps = {
  readonly due: Pick<WebhookDueStore, 'start' | 'release' | 'succeed' | 'fail'>;
  readonly subjects: WebhookSubjectStore;
  /** A response as JSON of at most so many bytes. */
  readonly responseBody: (event: ResponseEventSubject, bytesMax: number) => string;
  readonly upkeep: Pick<WebhookUpkeepStore, 'endpointSucceeded' | 'endpointFailed' | 'giveUp'>;
  readonly secrets: Pick<WebhookSecretStore, 'find'>;
  readonly post: Post;
  readonly audit: Pick<Audit, 'record'>;
  readonly bodyBytesMax: number;
  readonly failingDays: number;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Aborts when the process ends. */
  readonly closing: AbortSignal;
  readonly onAttempt: (outcome: AttemptEnd) => void;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** `retried`: it failed and is tried again. */
export type AttemptEnd = 'delivered' | 'retried' | 'failed';

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'code-interpreter-webhooks/1' } as const;
const GIVEN_UP_AT_ONCE = 1_000;

export function createWebhookAttempt(deps: WebhookAttemptDeps) {
  const { due, subjects, upkeep, secrets, post, audit, bodyBytesMax, failingDays, now, random, closing } = deps;
  const { onAttempt, report } = deps;

  /** Undefined when what it is about is gone: then the delivery is gone too. */
  async function bodyOf(delivery: StartedDelivery): Promise<string | undefined> {
    const { organization_id: organizationId, endpoint_id, event_type: type, created_at: at } = delivery;
    const { execution_id: executionId, response_id: responseId } = delivery;
    if (executionId !== null) {
      const found = await subjects.execution(organizationId, executionId, bodyBytesMax);
      return found && executionBody({ type, at, ...found }, bodyBytesMax);
    }
    if (responseId !== null) {
      const found = await subjects.response(organizationId, responseId, bodyBytesMax);
      return found && deps.responseBody({ type, at, ...found }, bodyBytesMax);
    }
    return endpoint_id === null ? undefined : testBody(endpoint_id, at);
  }

  async function secretsOf(delivery: StartedDelivery): Promise<string[]> {
    if (delivery.secret !== null) return [delivery.secret, delivery.previous_secret].filter((one) => one !== null);
    const found = await secrets.find(delivery.organization_id, newWebhookSecret());
    const isOverlapping = found.previous_until !== null && found.previous_until > now();
    return [found.secret, isOverlapping ? found.previous_secret : null].filter((one) => one !== null);
  }

  async function failed(delivery: StartedDelivery, outcome: PostOutcome): Promise<void> {
    const { endpoint_id: endpointId } = delivery;
    const nextMs = nextAttemptMs({
      attempt: delivery.attempts,
      nowMs: now().getTime(),
      retryUntilMs: delivery.retry_until.getTime(),
      retryAfterMs: outcome.retryAfterMs,
      random: random(),
    });
    const isRetried = await due.fail(delivery, outcome, nextMs === null ? null : new Date(nextMs));
    onAttempt(isRetried ? 'retried' : 'failed');
    if (endpointId !== null && (await upkeep.endpointFailed(endpointId, failingDays))) {
      await switchOff(delivery, endpointId);
    }
  }

  async function switchOff({ organization_id: organizationId }: StartedDelivery, id: WebhookEndpointId): Promise<void> {
    while ((await upkeep.giveUp(id, GIVEN_UP_AT_ONCE)) === GIVEN_UP_AT_ONCE);
    await audit.record({
      ...BY_SERVICE,
      action: 'webhook_endpoint.switch_off',
      outcome: 'done',
      organizationId,
      targetId: id,
      details: { failing_days: failingDays },
    });
  }

  async function attempt(id: WebhookDeliveryId): Promise<void> {
    const delivery = await due.start(id);
    if (delivery === undefined) return;
    const body = await bodyOf(delivery);
    if (body === undefined) return;
    const signed = signatureHeaders({ id, at: now(), body }, await secretsOf(delivery));
    const outcome = await post({ url: delivery.url, headers: { ...HEADERS, ...signed }, body, signal: closing });
    if (outcome.error !== null) {
      await (closing.aborted ? due.release(delivery) : failed(delivery, outcome));
      return;
    }
    await due.succeed(delivery, outcome);
    onAttempt('delivered');
    if (delivery.endpoint_id !== null) await upkeep.endpointSucceeded(delivery.endpoint_id);
  }

  return {
    /** Never rejects: what could not be recorded is attempted again once the claim is over. */
    async run(id: WebhookDeliveryId): Promise<void> {
      await attempt(id).catch((error: unknown) => {
        const isOutage = error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE';
        if (!isOutage) report('a delivery could not be attempted', { deliveryId: id, error });
      });
    },
  };
}
