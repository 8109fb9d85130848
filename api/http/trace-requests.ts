/** A span for every request, in the trace of a client that has one. */
import type { RequestHandler } from 'express';
import type { OpenSpan, Tracing } from '../../shared/platform/spans.ts';

/** What load balancers ask all the time explains nothing. */
const UNTRACED = new Set(['/healthz', '/readyz']);

export function traceRequests({ inSpan }: Tracing): RequestHandler {
  return (req, res, next) => {
    if (UNTRACED.has(req.path)) {
      next();
      return;
    }
    const { method } = req;
    const [traceparent, tracestate] = [req.get('traceparent'), req.get('tracestate')];
    const parent = { traceparent, ...(tracestate !== undefined && { tracestate }) };
    void inSpan(
      { name: method, kind: 'server', parent, fields: { 'http.request.method': method } },
      (span) =>
        new Promise((resolve) => {
          res.once('close', () => {
            describe(span, method, { ...res.locals, status: res.statusCode });
            resolve(undefined);
          });
          next();
        }),
    );
  };
}

/** The route and not the path: a path holds what a client chose. */
function describe(span: OpenSpan, method: string, known: Readonly<Record<string, unknown>> & { status: number }): void {
  const { status, route, requestId, organizationId, executionId } = known;
  if (typeof route === 'string') span.rename(`${method} ${route}`);
  span.set({
    'http.response.status_code': status,
    'http.route': textOf(route),
    'ci.request.id': textOf(requestId),
    'ci.organization.id': textOf(organizationId),
    'ci.execution.id': textOf(executionId),
  });
  if (status >= 500) span.fail(String(status));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
