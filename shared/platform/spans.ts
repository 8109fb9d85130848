/**
 * Spans, made by hand at the few points that explain where the time of an execution goes. They say what happened to it
 * and how long that took: ids, reasons, durations; never code, stdin, output, keys, metadata or texts of errors.
 */

export type SpanFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type SpanStart = {
  readonly name: string;
  /** `server` answers a request, `producer` puts into the queue, `consumer` takes out of it. */
  readonly kind: 'server' | 'producer' | 'consumer' | 'internal';
  /**
   * `here`: the span in whose work this one starts. Otherwise what was told of another one, perhaps by another process;
   * without it, or when it cannot be understood, the span begins a trace of its own.
   */
  readonly parent: 'here' | { readonly traceparent: string | undefined; readonly tracestate?: string };
  readonly fields?: SpanFields;
};

export type OpenSpan = {
  readonly rename: (name: string) => void;
  /** Fields that are null or undefined are left out. */
  readonly set: (fields: SpanFields) => void;
  /** Marks what the span stands for as failed by our fault. */
  readonly fail: (reason: string) => void;
  /** By which another process continues the trace, in the form of W3C Trace Context. */
  readonly traceparent: string;
};

export type Tracing = {
  /** Runs `work` within a span that ends when it settles; a rejection marks the span as failed. */
  readonly inSpan: <T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>) => Promise<T>;
  /** The span in whose work this is called. */
  readonly current: () => Pick<OpenSpan, 'set' | 'traceparent'> | undefined;
};
