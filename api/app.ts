/** The Express application: what every request goes through, around the routes. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import { AppError, ERROR_STATUS } from '../shared/contracts/errors.ts';
import type { Log } from '../shared/platform/log.ts';
import type { Tracing } from '../shared/platform/spans.ts';
import type { Route } from './http/define-route.ts';
import { createDocuments } from './http/documents.ts';
import { renderError, toAppError } from './http/errors.ts';
import { retryAdvice } from './http/retry-advice.ts';
import { createJsonBody } from './http/json-body.ts';
import { mountRoutes, type MountDeps } from './http/mount.ts';
import { isDraining } from './http/request-clock.ts';
import { requestIdOf } from './http/request-id.ts';
import { traceRequests } from './http/trace-requests.ts';
import type { RequestScope } from './request-scope.ts';

/** Still answered while closing, so that a load balancer can see it. */
const PROBES = new Set(['/healthz', '/readyz']);

/** Answers are data: no browser has to load or show anything of them. TLS, and with it HSTS, belongs to who terminates it. */
const SECURITY_HEADERS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  strictTransportSecurity: false,
};

export type AppDeps = {
  readonly routes: readonly Route[];
  /** Makes the OpenAPI document. */
  readonly openApi: () => unknown;
  /** The board of the queues; undefined where there are no calls for operators. */
  readonly queueBoard: RequestHandler | undefined;
  /** The operators' pages; undefined likewise. They take every path below `/admin` that nothing else took. */
  readonly pages: RequestHandler | undefined;
  readonly admitKey: MountDeps['admitKey'];
  readonly admitOperator: MountDeps['admitOperator'];
  readonly isStillAdmitted: MountDeps['isStillAdmitted'];
  readonly enter: MountDeps['enter'];
  readonly answerStallMs: MountDeps['answerStallMs'];
  readonly heartbeatMs: MountDeps['heartbeatMs'];
  readonly log: Log;
  readonly scope: Pick<RequestScope, 'run'>;
  readonly tracing: Tracing | undefined;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
  /** How many proxies stand in front and tell the client's address. */
  readonly trustedProxies: number;
  /** Told of every request once it is over. */
  readonly onRequest: (request: AnsweredRequest) => void;
  /** Told of every error that is answered. */
  readonly onError: (error: AppError) => void;
  readonly now: () => Date;
};

export type AnsweredRequest = {
  /** The path as the API describes it, `/v1/executions/{id}`; undefined when no route took the request. */
  readonly route: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
};

export function createApp(deps: AppDeps): Express {
  const { openApi, log, scope, tracing, closing, trustedProxies, onRequest } = deps;
  const app = express();
  app.set('etag', false).set('query parser', 'simple').set('trust proxy', trustedProxies);
  app.use(identify(scope), helmet(SECURITY_HEADERS), logRequests(log, onRequest));
  if (tracing !== undefined) app.use(traceRequests(tracing));
  app.use(refuseWhenClosing(closing), requireHost);
  app.use(mountRoutes({ ...deps, readJsonBody: createJsonBody() }), createDocuments(openApi));
  if (deps.queueBoard !== undefined) app.use(deps.queueBoard);
  if (deps.pages !== undefined) app.use(deps.pages);
  app.use((req) => {
    throw new AppError('NOT_FOUND', `There is no ${req.method} ${req.path.slice(0, 200)}.`);
  });
  app.use(answerErrors(deps));
  return app;
}

function identify(scope: AppDeps['scope']): RequestHandler {
  return (req, res, next) => {
    const requestId = requestIdOf(req.get('x-request-id'));
    Object.assign(res.locals, { requestId });
    res.set('x-request-id', requestId);
    scope.run(requestId, next);
  };
}

const requireHost: RequestHandler = (req, _res, next) => {
  if (req.httpVersion === '1.1' && req.headers.host === undefined) {
    throw new AppError('MALFORMED_REQUEST', 'HTTP/1.1 requires a Host header.');
  }
  next();
};

function requestIdIn(res: Response): string {
  const { requestId }: { requestId?: unknown } = res.locals;
  return typeof requestId === 'string' ? requestId : requestIdOf(undefined);
}

function logRequests(log: Log, onRequest: AppDeps['onRequest']): RequestHandler {
  return (req, res, next) => {
    const startedMs = performance.now();
    res.once('close', () => {
      const { requestId, organizationId, executionId, route }: Record<string, unknown> = res.locals;
      const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
      const whole = res.writableFinished;
      const { method, path } = req;
      const about = { requestId, organizationId, executionId };
      log.info({ ...about, method, path, status: res.statusCode, durationMs, whole }, 'request');
      onRequest({
        route: typeof route === 'string' ? route : undefined,
        method,
        status: res.statusCode,
        durationMs,
      });
    });
    next();
  };
}

function refuseWhenClosing(closing: AbortSignal): RequestHandler {
  return (req, res, next) => {
    if (closing.aborted) {
      res.set('connection', 'close');
      if (!PROBES.has(req.path)) throw new AppError('SHUTTING_DOWN', 'This server is ending; send the request again.');
    }
    next();
  };
}

function answerErrors({ log, now, onError }: Pick<AppDeps, 'log' | 'now' | 'onError'>): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (cause, req, res, next) => {
    const error = toAppError(cause);
    const requestId = requestIdIn(res);
    const { executionId }: Record<string, unknown> = res.locals;
    logError(log, error, { requestId, executionId });
    onError(error);
    if (res.headersSent) {
      next(cause); // ends the connection: the answer cannot be taken back
      return;
    }
    const { status, headers, body } = renderError(error, requestId, now());
    // What was not read of a refused body would be taken for the next request.
    if (!req.complete && !isDraining(req)) res.set('connection', 'close');
    // What whoever refused has set stays: where a password is asked for, it is not a bearer.
    const advice = retryAdvice(error.code, { method: req.method, hasKey: req.get('idempotency-key') !== undefined });
    const all = { ...headers, ...(advice !== undefined && { 'x-should-retry': String(advice) }) };
    for (const [name, value] of Object.entries(all)) if (!res.hasHeader(name)) res.set(name, value);
    res.status(status).json(body);
  };
}

function logError(log: Log, error: AppError, about: Readonly<Record<string, unknown>>): void {
  if (error.code === 'INTERNAL') log.error({ ...about, err: error.cause }, 'request failed');
  else if (ERROR_STATUS[error.code] >= 500)
    log.warn({ ...about, code: error.code, cause: messageOf(error.cause) }, 'request refused');
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
