/** Makes Express routes of route values: who calls, what is sent, what is answered. */
import { Router, type Request, type Response } from 'express';
import { AppError } from '../../shared/contracts/errors.ts';
import { ExecutionId, type OrganizationId } from '../../shared/contracts/ids.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { Access, Answer, Caller, CallContext, Route } from './define-route.ts';
import type { ReadJsonBody } from './json-body.ts';
import { apiKeyOf } from './preferences.ts';
import { sendEvents } from './sse.ts';

export type MountDeps = {
  readonly routes: readonly Route[];
  /** Who calls with an API key. @throws AppError INVALID_API_KEY, INSUFFICIENT_PERMISSIONS, ORGANIZATION_SUSPENDED, RATE_LIMITED */
  readonly admitKey: (key: string | undefined, address: string, scope: Scope) => Promise<Caller>;
  /** Lets operators in. @throws AppError INVALID_ADMIN_TOKEN, RATE_LIMITED */
  readonly admitOperator: (token: string | undefined, address: string) => Promise<void>;
  /**
   * Told of every request with a key; gives what is to be called once it is over.
   * @throws AppError RATE_LIMITED
   */
  readonly enter: (organizationId: OrganizationId) => () => void;
  /** A client that takes nothing of its answer for this long, or at most twice as long, loses its connection. */
  readonly answerStallMs: number;
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
  const caller = await admitted(route.access, req, res, deps);
  const body = route.schemas.body === undefined ? undefined : await deps.readJsonBody(req, res);
  const answer = await route.respond({
    ...context,
    ...(caller && { caller }),
    body,
    query: req.query,
    params: req.params,
  });
  res.setTimeout(deps.answerStallMs); // without a listener Node ends the connection; what moves on it counts anew
  await send(res, answer, context.signal);
}

async function admitted(access: Access, req: Request, res: Response, deps: MountDeps): Promise<Caller | undefined> {
  if (access.kind === 'public') return undefined;
  const key = apiKeyOf(req.get('authorization'), req.get('x-api-key'));
  const address = req.ip ?? 'unknown';
  if (access.kind === 'operator') {
    await deps.admitOperator(key, address);
    return undefined;
  }
  const caller = await deps.admitKey(key, address, access.scope);
  Object.assign(res.locals, { organizationId: caller.organizationId });
  const leave = deps.enter(caller.organizationId);
  if (res.closed)
    leave(); // the client left meanwhile: nothing will tell it again
  else res.once('close', leave);
  return caller;
}

function contextOf(req: Request, res: Response, closing: AbortSignal): CallContext {
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

async function send(res: Response, answer: Answer, signal: AbortSignal): Promise<void> {
  res.set(answer.headers ?? {});
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
    case 'events':
      await sendEvents(res, answer.events, signal).finally(answer.onEnd);
  }
}

/** `/v1/executions/{id}` → `/v1/executions/:id` */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
