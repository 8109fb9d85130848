/** Opens tracing where it is on. Where it is off there is no `Tracing`, and nothing of OpenTelemetry is loaded. */
import { within } from './deadline.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { createQuietWarning } from './quiet-warning.ts';
import type { Tracing } from './spans.ts';
import { isTracingOn, type TracingSettings } from './tracing-settings.ts';

/** Spans that wait to be sent get this long when the process ends. */
const FLUSH_MS = 2_000;

export type TracingDeps = {
  readonly settings: TracingSettings;
  readonly service: 'api' | 'worker';
  readonly log: Log;
  readonly lifecycle: Lifecycle;
};

/** @returns undefined when no collector is named: then no span costs anything */
export async function openTracing({ settings, service, log, lifecycle }: TracingDeps): Promise<Tracing | undefined> {
  if (!isTracingOn(settings)) return undefined;
  const warn = createQuietWarning(log);
  const { startSpans } = await import('./tracing-sdk.ts');
  const { close, ...tracing } = startSpans({
    serviceName: `code-interpreter-${service}`,
    sampler: settings.OTEL_TRACES_SAMPLER,
    share: settings.OTEL_TRACES_SAMPLER_ARG,
    onProblem: (error) => {
      warn({ err: error }, 'spans could not be sent');
    },
  });
  lifecycle.onClose('tracing', () => within(FLUSH_MS, close()));
  return tracing;
}
