/** What an api process counts of the responses that it makes. */
import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import { RUN_SECONDS } from '../shared/platform/metrics.ts';
import type { ModelStep } from './services/responses/response-record.ts';
import type { ResponseEnd } from './store/response-progress-store.ts';

const MS_PER_S = 1_000;

/** Models are those of the configuration: a client chooses among them, and names no series. */
export function createResponseMetrics(registry: Registry) {
  const ended = new Counter({
    name: 'ci_responses_ended_total',
    help: 'Responses that this process made to their end, by model, status and the code of what went wrong.',
    labelNames: ['model', 'status', 'code'],
    registers: [registry],
  });
  const steps = new Histogram({
    name: 'ci_model_step_seconds',
    help: 'From asking a model to the end of its answer, with attempts in vain and the waits between them.',
    labelNames: ['model'],
    buckets: RUN_SECONDS,
    registers: [registry],
  });
  return {
    onResponseEnded(model: string, { status, fault }: Pick<ResponseEnd, 'status' | 'fault'>): void {
      ended.inc({ model, status, code: fault?.code ?? 'none' });
    },
    onModelStep(model: string, { modelMs }: Pick<ModelStep, 'modelMs'>): void {
      steps.observe({ model }, modelMs / MS_PER_S);
    },
  };
}
