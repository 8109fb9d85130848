/** The HTTP server around the application: how long clients may take, how many there may be, and what is no request. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { UPLOAD_MS_MAX } from '../../shared/contracts/limits.ts';
import { answerBrokenRequests, type BrokenRequestsDeps } from './broken-requests.ts';
import { limitBodyTime } from './request-clock.ts';

/** A client that sends its head drop by drop holds a connection no longer than this. */
const HEAD_TIMEOUT_MS = 10_000;
/** Of the longest that a request may take, an upload; `limitBodyTime` has the limit of all others. */
const REQUEST_TIMEOUT_MS = UPLOAD_MS_MAX + 60_000;
/** How often Node looks for heads and requests that take too long. */
const TIMEOUT_CHECK_MS = 1_000;
/** Above the idle time of common load balancers: they, not we, end an idle connection, so that none breaks in use. */
const KEEP_ALIVE_MS = 75_000;
/** A connection on which nothing moves is ended; above the longest wait for an answer. */
const STALL_MS = 90_000;
const CONNECTIONS_MAX = 10_000;

export function createHttpServer(app: RequestListener, deps: BrokenRequestsDeps): Server {
  const server = createServer(
    {
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node's own refusal has no body; the application refuses such a request.
      requireHostHeader: false,
    },
    app,
  );
  server.setTimeout(STALL_MS);
  server.maxConnections = CONNECTIONS_MAX;
  limitBodyTime(server);
  answerBrokenRequests(server, deps);
  return server;
}
