/**
 * How long a request's body may be on its way. Node has one limit for all requests, which must leave room for uploads;
 * this is the shorter one for all others, and the way for an upload to measure its time itself.
 */
import type { IncomingMessage, Server } from 'node:http';

/** A client that sends its body drop by drop holds a connection no longer than this. */
const BODY_MS = 30_000;
/** So long a refused upload is read on, so that its client gets to read the answer. */
const DRAIN_MS = 10_000;

const clocks = new WeakMap<IncomingMessage, NodeJS.Timeout>();
const draining = new WeakSet<IncomingMessage>();

/** @param bodyMs from the end of the headers to the end of the body */
export function limitBodyTime(server: Server, bodyMs = BODY_MS): void {
  server.on('request', (req) => {
    if (req.complete || !hasBody(req)) return;
    const clock = setTimeout(() => {
      if (!req.complete) server.emit('clientError', lateError(), req.socket);
    }, bodyMs).unref();
    clocks.set(req, clock);
    req.once('close', () => {
      clearTimeout(clock);
    });
  });
}

/** From now on whoever reads the body sees to its end. */
export function takeBodyTime(req: IncomingMessage): void {
  clearTimeout(clocks.get(req));
}

/** Reads on what nobody wants, for a while: a connection that is closed under a sending client takes the answer with it. */
export function drain(req: IncomingMessage): void {
  if (req.complete) return;
  takeBodyTime(req);
  draining.add(req);
  const clock = setTimeout(() => {
    if (!req.complete) req.socket.destroy();
  }, DRAIN_MS).unref();
  req.once('close', () => {
    clearTimeout(clock);
  });
  req.resume();
}

/** Whether the connection may stay: the rest of the body is read. */
export function isDraining(req: IncomingMessage): boolean {
  return draining.has(req);
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** As Node's own. */
function lateError(): Error {
  return Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
