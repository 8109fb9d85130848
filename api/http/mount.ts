/** Makes Express routes of route values: who calls, what is sent, what is answered. */
import { Router, type Request, type Response } from 'express';
import type { Attempt, Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import { ADMISSION_CHECK_MS } from '../../shared/contracts/limits.ts';
import { ExecutionId, isId, type OrganizationId } from '../../shared/contracts/ids.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { OperatorAdmission } from '../services/operator-admission.ts';
import type { RequestAllowance } from '../services/request-quotas.ts';
import { cutWhenEnded } from './cut-when-ended.ts';
import type { Access, Answer, Caller, CallContext, OperatorCaller, Route } from './define-route.ts';
import type { ReadJsonBody } from './json-body.ts';
import { createUploadReader } from './multipart.ts';
import { apiKeyOf } from './preferences.ts';
import { sessionSecretOf } from './session-cookie.ts';
import { sendStream } from './send-stream.ts';
import { allowanceHeaders } from './allowance-headers.ts';
import { drain } from './request-clock.ts';
import { sendEvents, type SendTerms } from './sse.ts';

export type MountDeps = {
  readonly routes: readonly Route[];
  /**
   * Who calls with an API key. `tell` hears what is left of the organization's requests, where they are bounded.
   * @throws AppError INVALID_API_KEY, INSUFFICIENT_PERMISSIONS, ORGANIZATION_SUSPENDED, RATE_LIMITED,
   *   REQUESTS_PER_MINUTE_EXCEEDED, REQUESTS_PER_DAY_EXCEEDED
   */
  readonly admitKey: (
    key: string | undefined,
    attempt: Attempt,
    scope: Scope,
    tell: (allowance: RequestAllowance) => void,
  ) => Promise<Caller>;
  /** @throws AppError INVALID_ADMIN_TOKEN, SESSION_ENDED, CSRF_TOKEN_INVALID, INSUFFICIENT_PERMISSIONS, RATE_LIMITED */
  readonly admitOperator: OperatorAdmission['admitOperator'];
  readonly isStillAdmitted: OperatorAdmission['isStillAdmitted'];
  /**
   * Told of every request with a key; gives what is to be called once it is over.
   * @throws AppError RATE_LIMITED
   */
  readonly enter: (organizationId: OrganizationId) => () => void;
  /** A client that takes nothing of its answer for this long, or at most twice as long, loses its connection. */
  readonly answerStallMs: number;
  /** A stream of events that has nothing to tell for so long gets a heartbeat. */
  readonly heartbeatMs: number;
  readonly readJsonBody: ReadJsonBody;
  /** Aborts when the server closes: open streams and waits end then. */
  readonly closing: AbortSignal;
};

export function mountRoutes(deps: MountDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of deps.routes) {
    router[route.method](expressPath(route.path), async (req: Request, res: Response) => {
      await serve(route, req, res, deps);
    });
  }
  for (const [path, allow] of allowedMethods(deps.routes)) {
    router.all(expressPath(path), (req: Request, res: Response) => {
      res.set('allow', allow);
      throw new AppError('METHOD_NOT_ALLOWED', `${req.method} is not possible here; possible are ${allow}.`);
    });
  }
  return router;
}

/** Methods by path, as the `Allow` header lists them. Pure. */
export function allowedMethods(routes: readonly Pick<Route, 'method' | 'path'>[]): Map<string, string> {
  const byPath = Map.groupBy(routes, (route) => route.path);
  return new Map(
    [...byPath].map(([path, same]) => [
      path,
      same.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', '),
    ]),
  );
}

async function serve(route: Route, req: Request, res: Response, deps: MountDeps): Promise<void> {
  Object.assign(res.locals, { route: route.path, ...executionIn(req) });
  const context = contextOf(req, res, deps.closing);
  const attempt = attemptOf(route, req, res);
  const admitted = await admit(route.access, attempt, { req, res, deps });
  const body = route.schemas.body === undefined ? undefined : await deps.readJsonBody(req, res);
  if (route.answerMsMax !== undefined) res.setTimeout(route.answerMsMax); // nothing moves on the connection until then
  const answering = route.respond({
    ...context,
    origin: originOf(attempt, admitted),
    ...admitted,
    body,
    ...(route.upload && { readUpload: createUploadReader(req) }),
    query: req.query,
    params: req.params,
  });
  // A client that sends a file reads the answer late.
  const answer = await (route.upload === undefined ? answering : answering.catch(drainAndThrow(req)));
  if (answer.kind === 'events' || answer.kind === 'stream') watchOperator(route.access, admitted, { req, res, deps });
  res.setTimeout(deps.answerStallMs); // without a listener Node ends the connection; what moves on it counts anew
  await send(res, answer, { signal: context.signal, heartbeatMs: deps.heartbeatMs });
}

function drainAndThrow(req: Request) {
  return (error: unknown): never => {
    drain(req);
    throw error;
  };
}

function attemptOf(route: Route, req: Request, res: Response): Attempt {
  const { requestId }: { requestId?: unknown } = res.locals;
  const target: unknown = req.params['id'];
  return {
    address: req.ip ?? 'unknown',
    requestId: typeof requestId === 'string' ? requestId : null,
    method: req.method,
    route: route.path,
    targetId: isId(target) ? target : null,
  };
}

/** Who was let in; nobody where nobody has to be known. */
type Admitted = { readonly caller?: Caller; readonly operator?: OperatorCaller };

function originOf({ address, requestId }: Attempt, { caller, operator }: Admitted): Origin {
  const keyActor = caller && ({ type: 'key', id: caller.keyId } as const);
  const actor = keyActor ?? operator?.actor ?? ({ type: 'unknown', id: null } as const);
  return { actor: { ...actor, address }, requestId };
}

type Exchange = { readonly req: Request; readonly res: Response; readonly deps: MountDeps };

async function admit(access: Access, attempt: Attempt, { req, res, deps }: Exchange): Promise<Admitted> {
  if (access.kind === 'public' || access.kind === 'visitor') return {};
  if (access.kind === 'operator') {
    const token = apiKeyOf(req.get('authorization'), undefined);
    return { operator: await deps.admitOperator({ token, ...sessionIn(req) }, attempt, access.role) };
  }
  const key = apiKeyOf(req.get('authorization'), req.get('x-api-key') ?? req.get('api-key'));
  const caller = await deps.admitKey(key, attempt, access.scope, (allowance) => res.set(allowanceHeaders(allowance)));
  Object.assign(res.locals, { organizationId: caller.organizationId });
  const leave = deps.enter(caller.organizationId);
  if (res.closed)
    leave(); // the client left meanwhile: nothing will tell it again
  else res.once('close', leave);
  return { caller };
}

/** What an operator follows ends soon after the session does. */
function watchOperator(access: Access, { operator }: Admitted, { res, deps }: Exchange): void {
  if (access.kind !== 'operator' || operator === undefined) return;
  cutWhenEnded(res, () => deps.isStillAdmitted(operator, access.role), ADMISSION_CHECK_MS);
}

function sessionIn(req: Request) {
  return {
    sessionSecret: sessionSecretOf(req.get('cookie')),
    csrfToken: req.get('x-csrf-token'),
    fetchSite: req.get('sec-fetch-site'),
  };
}

function contextOf(req: Request, res: Response, closing: AbortSignal): Omit<CallContext, 'origin'> {
  const controller = new AbortController();
  let gone = false;
  const onClosing = () => {
    controller.abort();
  };
  if (closing.aborted) controller.abort();
  closing.addEventListener('abort', onClosing);
  res.once('close', () => {
    closing.removeEventListener('abort', onClosing);
    gone = !res.writableFinished;
    if (gone) controller.abort();
  });
  return {
    header: (name) => req.get(name),
    signal: controller.signal,
    isClientGone: () => gone,
    onExecution: (executionId) => Object.assign(res.locals, { executionId }),
  };
}

/** The execution that the path names. */
function executionIn({ params }: Request): { executionId?: ExecutionId } {
  const parsed = ExecutionId.safeParse(params['id']);
  return parsed.success ? { executionId: parsed.data } : {};
}

async function send(res: Response, answer: Answer, terms: SendTerms): Promise<void> {
  if (answer.kind !== 'stream') res.set(answer.headers ?? {});
  switch (answer.kind) {
    case 'json': {
      const text = JSON.stringify(answer.body);
      res.status(answer.status).set({
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(text)),
        'cache-control': 'no-store',
      });
      res.end(text);
      return;
    }
    case 'bytes':
      res.status(200).set({ 'content-length': String(answer.bytes.length), 'cache-control': 'no-store' });
      res.setHeader('content-type', answer.contentType); // `set` would add a charset that nobody knows
      res.end(answer.bytes);
      return;
    case 'empty':
      res.status(answer.status).end();
      return;
    case 'stream':
      await sendStream(res, { open: answer.open, writeHead: () => writeStreamHead(res, answer) }, terms.signal);
      return;
    case 'events':
      await sendEvents(res, answer, terms).finally(answer.onEnd);
  }
}

function writeStreamHead(res: Response, answer: Extract<Answer, { kind: 'stream' }>): void {
  res.status(answer.status).set({
    ...answer.headers,
    ...(answer.sizeBytes !== null && { 'content-length': String(answer.sizeBytes) }),
    'cache-control': 'private, no-cache',
  });
  res.setHeader('content-type', answer.contentType); // `set` would add a charset that nobody knows
}

/** `/v1/executions/{id}` → `/v1/executions/:id` */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
