/** What an api process counts of webhooks. */
import { Counter, type Registry } from '@prometheus-io/client';
import type { AttemptEnd } from './services/webhook-attempt.ts';

const ENDS: readonly AttemptEnd[] = ['delivered', 'retried', 'failed'];

export function createWebhookMetrics(registry: Registry) {
  const attempts = new Counter({
    name: 'ci_webhook_attempts_total',
    help: 'Attempts to deliver an event that this process made, by what came of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ENDS) attempts.inc({ outcome }, 0);
  return {
    onWebhookAttempt(outcome: AttemptEnd): void {
      attempts.inc({ outcome });
    },
  };
}
