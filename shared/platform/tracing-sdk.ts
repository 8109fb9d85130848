/** The one place that knows OpenTelemetry; loaded only where traces are sent. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { OpenSpan, SpanFields, SpanStart, Tracing } from './spans.ts';
import type { TracingSettings } from './tracing-settings.ts';

export type SpansDeps = {
  readonly serviceName: string;
  readonly sampler: TracingSettings['OTEL_TRACES_SAMPLER'];
  /** Of the traces, for samplers that send a share of them; 0 to 1. */
  readonly share: number;
  /** Told of spans that were lost on the way to the collector. */
  readonly onProblem: (error: unknown) => void;
};

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanStart['kind'], SpanKind>;

export function startSpans(deps: SpansDeps): Tracing & { close(): Promise<void> } {
  setGlobalErrorHandler(deps.onProblem);
  const provider = new TracerProvider({
    sampler: samplerOf(deps),
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': deps.serviceName }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('code-interpreter');
  const propagator = new W3CTraceContextPropagator();
  const active = new AsyncLocalStorage<Context>();

  function parentContext({ parent }: SpanStart): Context {
    if (parent === 'here') return active.getStore() ?? ROOT_CONTEXT;
    return propagator.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
  }

  return {
    async inSpan(start, work) {
      const parent = parentContext(start);
      const attributes = present(start.fields ?? {});
      const span = tracer.startSpan(start.name, { kind: KINDS[start.kind], attributes }, parent);
      try {
        return await active.run(trace.setSpan(parent, span), () => work(openSpan(span)));
      } catch (error) {
        markFailed(span, reasonOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    current() {
      const span = trace.getSpan(active.getStore() ?? ROOT_CONTEXT);
      return span && openSpan(span);
    },
    close: () => provider.shutdown(),
  };
}

function openSpan(span: Span): OpenSpan {
  return {
    rename: (name) => {
      span.updateName(name);
    },
    set: (fields) => {
      span.setAttributes(present(fields));
    },
    fail: (reason) => {
      markFailed(span, reason);
    },
    traceparent: traceparentOf(span),
  };
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function markFailed(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Its code or its name: what an error says may quote what a client sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function present(fields: SpanFields): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
  );
}

/** By OpenTelemetry's names. */
function samplerOf({ sampler, share }: Pick<SpansDeps, 'sampler' | 'share'>): Sampler {
  const root = rootSamplerOf(sampler, share);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSamplerOf(sampler: SpansDeps['sampler'], share: number): Sampler {
  if (sampler.endsWith('always_on')) return new AlwaysOnSampler();
  return sampler.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(share);
}
