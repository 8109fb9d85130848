/** Sends webhooks from this process until it closes. */
import { createQuietWarning } from '../shared/platform/quiet-warning.ts';
import { openWebhookConsumer } from '../shared/queue/webhook-queue.ts';
import type { WebhookServices } from './create-webhook-services.ts';
import type { OpenDeps } from './open-adapters.ts';

/** How long attempts under way may take once the process closes. */
const DRAIN_MS = 2_000;

export type WebhookDeps = {
  readonly sending: WebhookServices['webhookSending'];
  /** Calls back for every execution that became final. */
  readonly onDone: (listener: () => void) => () => void;
};

export function startWebhooks({ config, log, lifecycle }: OpenDeps, { sending, onDone }: WebhookDeps): void {
  const warn = createQuietWarning(log);
  const consumer = openWebhookConsumer({
    redisUrl: config.REDIS_URL,
    namespace: config.REDIS_NAMESPACE,
    concurrency: config.WEBHOOK_DELIVERIES_MAX,
    async process(id) {
      await sending.attempt.run(id);
      sending.pump.nudge(); // a place is free
    },
    report: (error) => {
      warn({ err: error }, 'the webhooks consumer has a problem');
    },
  });
  const forget = onDone(sending.pump.nudge);
  sending.pump.start();
  consumer.start();
  lifecycle.onClose('webhooks', async () => {
    forget();
    await sending.pump.close();
    const timer = setTimeout(sending.abort, DRAIN_MS);
    await consumer.close();
    clearTimeout(timer);
  });
}
