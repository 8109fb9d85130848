/** Calls to the api: JSON both ways, the session's token on whatever changes something, one kind of error. */
import type { ErrorEnvelope } from '../../../shared/contracts/errors.ts';
import { createReachability } from './reachability.ts';

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the api refused or failed at; `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly param: string | null;

  constructor(status: number, told: Told, cause?: unknown) {
    super(told.message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = told.code;
    this.requestId = told.requestId;
    this.param = told.param;
  }
}

type Told = {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
  readonly param: string | null;
};

export type Client = ReturnType<typeof createClient>;

export function createClient(fetchNow: typeof fetch = (...args) => fetch(...args)) {
  let csrfToken: string | null = null;
  const reachability = createReachability();

  async function call(url: string, init: RequestInit): Promise<Response> {
    const response = await answerOf(fetchNow(url, { credentials: 'same-origin', ...init })).catch((error: unknown) => {
      if (error instanceof ApiError) reachability.note(error.status);
      throw error;
    });
    reachability.note(response.status);
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  return {
    reachability,
    /** The token that the session's answer brought; sent with whatever changes something. */
    setCsrfToken(token: string | null): void {
      csrfToken = token;
    },
    async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
      return jsonOf<T>(await call(urlOf(path, query), signal === undefined ? {} : { signal }));
    },
    /** Sends a body as JSON, or a form with files as it is. */
    async send<T>(method: Method, path: string, body?: unknown): Promise<T> {
      const headers: Record<string, string> = csrfToken === null ? {} : { 'x-csrf-token': csrfToken };
      if (body instanceof FormData || body === undefined)
        return jsonOf<T>(await call(path, { method, headers, ...(body && { body }) }));
      headers['content-type'] = 'application/json';
      return jsonOf<T>(await call(path, { method, headers, body: JSON.stringify(body) }));
    },
    /** Opens a stream of events. @throws ApiError */
    async stream(path: string, lastEventId: string | null, signal: AbortSignal): Promise<Response> {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (lastEventId !== null) headers['last-event-id'] = lastEventId;
      return call(path, { headers, signal });
    },
  };
}

/** A path with those parts of a query that say something. Pure. */
export function urlOf(path: string, query: Query): string {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(Object.fromEntries(said.map(([name, value]) => [name, String(value)]))).toString();
  return text === '' ? path : `${path}?${text}`;
}

async function answerOf(asked: Promise<Response>): Promise<Response> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    const message = 'The service cannot be reached. Is this device online, and is the service running?';
    throw new ApiError(0, { code: 'UNREACHABLE', message, requestId: null, param: null }, error);
  }
}

async function jsonOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  // The api and its contracts are of one release: what it answers has the shape that the caller names.
  return (text === '' ? null : JSON.parse(text)) as T;
}

async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  try {
    const { error } = await jsonOf<ErrorEnvelope>(response);
    return new ApiError(response.status, { code: error.code, message: error.message, requestId, param: error.param });
  } catch {
    const message = `The service answered with status ${String(response.status)}.`;
    return new ApiError(response.status, { code: 'UNEXPECTED', message, requestId, param: null });
  }
}
