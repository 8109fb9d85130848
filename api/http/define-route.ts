/** A route is a value: the server mounts it, the OpenAPI document reads it, a test calls `respond`. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { AccountRole } from '../../shared/contracts/account.ts';
import type { Actor, Origin } from '../../shared/contracts/audit.ts';
import type { AccountId, ApiKeyId, ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ErrorCode } from '../../shared/contracts/errors.ts';
import type { Scope } from '../../shared/contracts/organization.ts';
import type { ReadUpload } from './multipart.ts';
import type { UploadedFile, UploadShape } from './upload-parts.ts';
import { parseBody, parseParams, parseQuery } from './validation.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Headers = Readonly<Record<string, string>>;

/** One server-sent event: `data` is sent as JSON; or a `data:` line alone, as it stands. */
export type ServerSentEvent =
  { readonly name: string; readonly id: string; readonly data: unknown } | { readonly line: string };

export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers?: Headers }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string; readonly headers: Headers }
  | { readonly kind: 'empty'; readonly status: 204 | 304; readonly headers?: Headers }
  | {
      readonly kind: 'stream';
      readonly status: 200 | 206;
      readonly contentType: string;
      readonly headers: Headers;
      /** Null where nobody knows before the end. */
      readonly sizeBytes: number | null;
      /** Not called when only the head is wanted; a stream that fails ends the connection. */
      readonly open: () => Promise<Readable>;
    }
  | {
      readonly kind: 'events';
      readonly headers?: Headers;
      readonly events: AsyncGenerator<ServerSentEvent, void, void>;
      /** Sent when there was nothing to tell for a while; a comment if left out. */
      readonly heartbeat?: ServerSentEvent;
      /** Called once when the stream is over, for whatever reason. */
      readonly onEnd: () => void;
    };

/** What a handler hears of a request, besides its parsed parts. */
export type CallContext = {
  /** A request header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Whom the request came from, for the audit. */
  readonly origin: Origin;
  /** Aborts when the client leaves before it has the answer, and when the server closes. */
  readonly signal: AbortSignal;
  /** Whether the client has left. */
  readonly isClientGone: () => boolean;
  /** Tells which execution the call is about, where its path does not: for the log and for traces. */
  readonly onExecution: (id: ExecutionId) => void;
};

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'organization'; readonly scope: Scope }
  | { readonly kind: 'operator'; readonly role: AccountRole }
  /** Whoever opens the operators' pages, logged in or not. */
  | { readonly kind: 'visitor' };

/** Whose key a request came with. */
export type Caller = {
  readonly organizationId: OrganizationId;
  readonly keyId: ApiKeyId;
  readonly scopes: readonly Scope[];
  /** When the key ends; null: never. */
  readonly expiresAt: Date | null;
};

/** Which operator a request came from. */
export type OperatorCaller = {
  readonly actor: Pick<Actor, 'type' | 'id'>;
  readonly role: AccountRole;
  /** Undefined for who has the operators' token. */
  readonly session: { readonly secret: string; readonly accountId: AccountId } | undefined;
};

export type RawCall = CallContext & {
  /** Present on every route of the operators. */
  readonly operator?: OperatorCaller;
  /** Present on every route of an organization. */
  readonly caller?: Caller;
  readonly body?: unknown;
  /** Present on every route that takes files. */
  readonly readUpload?: ReadUpload;
  readonly query?: unknown;
  readonly params?: unknown;
};

type Parsed<Body, Query, Params> = { readonly body: Body; readonly query: Query; readonly params: Params };

/** A request of an organization. */
export type Call<Body, Query, Params> = CallContext & Caller & Parsed<Body, Query, Params>;

/** A request with files: its body is read while it is handled. */
export type UploadCall<Fields, Params> = CallContext &
  Caller & {
    readonly params: Params;
    /** Resolves with the text fields once the whole body is there and every file was taken. */
    readUpload(onFile: (file: UploadedFile) => Promise<void>): Promise<Fields>;
  };

/** A request of an operator. */
export type OperatorCall<Body, Query, Params> = CallContext &
  Parsed<Body, Query, Params> & { readonly operator: OperatorCaller };

/** What can be answered; schemas are for the document alone. */
export type DescribedAnswer = {
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Whether bytes of any type are answered. */
  readonly bytes?: boolean;
  /** Server-sent events may be answered too, when the client asks for them. */
  readonly events?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type DescribedHeader = { readonly name: string; readonly description: string };

type Description = {
  readonly method: Method;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: readonly DescribedAnswer[];
  readonly errors: readonly ErrorCode[];
  readonly requestHeaders?: readonly DescribedHeader[];
  /** How long the answer may be waited for, in milliseconds, where that is longer than for others. */
  readonly answerMsMax?: number;
};

type Schemas<Body, Query, Params> = {
  readonly body?: z.ZodType<Body> | undefined;
  readonly query?: z.ZodType<Query> | undefined;
  readonly params?: z.ZodType<Params> | undefined;
};

export type Route = Description & {
  readonly access: Access;
  readonly schemas: Schemas<unknown, unknown, unknown>;
  readonly upload?: DescribedUpload;
  /** @throws AppError */
  respond(call: RawCall): Promise<Answer>;
};

export type RouteSpec<Body, Query, Params> = Description &
  Schemas<Body, Query, Params> & {
    /** What a key needs. */
    readonly scope: Scope;
    handle(call: Call<Body, Query, Params>): Promise<Answer>;
  };

/** The body of a route that takes files. */
export type DescribedUpload = UploadShape & { readonly fields: z.ZodObject };

export type UploadRouteSpec<Fields, Params> = Description & {
  readonly scope: Scope;
  readonly params?: z.ZodType<Params>;
  readonly upload: UploadShape & { readonly fields: z.ZodObject & z.ZodType<Fields> };
  handle(call: UploadCall<Fields, Params>): Promise<Answer>;
};

export type OperatorRouteSpec<Body, Query, Params> = Description &
  Schemas<Body, Query, Params> & {
    /** The least that the caller must be. */
    readonly role: AccountRole;
    handle(call: OperatorCall<Body, Query, Params>): Promise<Answer>;
  };

export type OperatorUploadRouteSpec<Fields, Params> = Omit<
  OperatorRouteSpec<undefined, Nothing, Params>,
  'body' | 'query' | 'handle'
> &
  Pick<UploadRouteSpec<Fields, Params>, 'upload'> & {
    handle(call: Omit<UploadCall<Fields, Params>, keyof Caller>): Promise<Answer>;
  };

/** What is left of a part that a route has no schema for. */
type Nothing = Readonly<Record<string, never>>;

/** A route of an organization. */
export function defineRoute<Body = undefined, Query = Nothing, Params = Nothing>(
  spec: RouteSpec<Body, Query, Params>,
): Route {
  const { body, query, params, scope, handle, ...description } = spec;
  return {
    ...description,
    access: { kind: 'organization', scope },
    schemas: { ...(body && { body }), ...(query && { query }), ...(params && { params }) },
    async respond({ caller, ...raw }) {
      if (caller === undefined) throw new Error('called without an organization');
      return handle({ ...raw, ...caller, ...parsed({ body, query, params }, raw) });
    },
  };
}

/** A route of an organization that takes files. */
export function defineUploadRoute<Fields, Params = Nothing>(spec: UploadRouteSpec<Fields, Params>): Route {
  const { params, scope, upload, handle, ...description } = spec;
  return {
    ...description,
    access: { kind: 'organization', scope },
    schemas: { ...(params && { params }) },
    upload,
    async respond({ caller, readUpload, ...raw }) {
      if (caller === undefined || readUpload === undefined) throw new Error('called without an organization or a body');
      parseQuery(undefined, raw.query);
      return handle({
        ...raw,
        ...caller,
        params: parseParams(params, raw.params),
        readUpload: async (onFile) => parseBody(upload.fields, await readUpload(upload, onFile)),
      });
    },
  };
}

/** A route of the operators, below `/admin/api`. */
export function defineOperatorRoute<Body = undefined, Query = Nothing, Params = Nothing>(
  spec: OperatorRouteSpec<Body, Query, Params>,
): Route {
  const { body, query, params, role, handle, ...description } = spec;
  return {
    ...description,
    access: { kind: 'operator', role },
    schemas: { ...(body && { body }), ...(query && { query }), ...(params && { params }) },
    async respond({ operator, ...raw }) {
      if (operator === undefined) throw new Error('called without an operator');
      return handle({ ...raw, operator, ...parsed({ body, query, params }, raw) });
    },
  };
}

/** A route of the operators that takes files. */
export function defineOperatorUploadRoute<Fields, Params = Nothing>(
  spec: OperatorUploadRouteSpec<Fields, Params>,
): Route {
  const { params, upload, handle, ...description } = spec;
  const route = defineOperatorRoute({
    ...description,
    params,
    handle: () => Promise.reject(new Error('called without a body')),
  });
  return {
    ...route,
    upload,
    async respond({ readUpload, ...raw }) {
      if (readUpload === undefined) return route.respond(raw);
      parseQuery(undefined, raw.query);
      return handle({
        ...raw,
        params: parseParams(params, raw.params),
        readUpload: async (onFile) => parseBody(upload.fields, await readUpload(upload, onFile)),
      });
    },
  };
}

/** A route of the operators' pages that is called before anybody is logged in. */
export function defineVisitorRoute<Body = undefined>(
  spec: Description &
    Pick<Schemas<Body, Nothing, Nothing>, 'body'> & {
      handle(call: CallContext & { readonly body: Body }): Promise<Answer>;
    },
): Route {
  const { body, handle, ...description } = spec;
  return {
    ...description,
    access: { kind: 'visitor' },
    schemas: { ...(body && { body }) },
    respond: async (raw) => handle({ ...raw, body: parseBody(body, raw.body) }),
  };
}

/** A route that anyone may call. */
export function definePublicRoute(spec: Description & { handle(call: CallContext): Promise<Answer> }): Route {
  const { handle, ...description } = spec;
  return { ...description, access: { kind: 'public' }, schemas: {}, respond: handle };
}

function parsed<Body, Query, Params>(
  schemas: Schemas<Body, Query, Params>,
  raw: Pick<RawCall, 'body' | 'query' | 'params'>,
): Parsed<Body, Query, Params> {
  return {
    params: parseParams(schemas.params, raw.params),
    query: parseQuery(schemas.query, raw.query),
    body: parseBody(schemas.body, raw.body),
  };
}

export function json(status: number, body: unknown, headers: Headers = {}): Answer {
  return { kind: 'json', status, body, headers };
}
