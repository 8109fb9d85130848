/** Answers what never becomes a request, in the envelope of every other error. */
import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, type ErrorCode } from '../../shared/contracts/errors.ts';
import { renderError } from './errors.ts';
import { requestIdOf } from './request-id.ts';

export type BrokenRequestsDeps = {
  readonly now: () => Date;
  /** Told of every such answer. */
  readonly onBroken: (answer: { readonly requestId: string; readonly code: ErrorCode; readonly cause: string }) => void;
};

export function answerBrokenRequests(server: Server, { now, onBroken }: BrokenRequestsDeps): void {
  const answering = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on('request', (req, res) => {
    const others = answering.get(req.socket) ?? new Set();
    answering.set(req.socket, others.add(res));
    res.once('close', () => others.delete(res));
  });

  server.on('clientError', (cause: Error & { code?: string }, socket) => {
    const isInAnswer = [...(answering.get(socket) ?? [])].some((res) => res.headersSent);
    if (cause.code === 'ECONNRESET' || !socket.writable || isInAnswer) {
      socket.destroy();
      return;
    }
    const error = toBrokenRequest(cause.code);
    const requestId = requestIdOf(undefined);
    onBroken({ requestId, code: error.code, cause: cause.code ?? cause.message });
    socket.end(rawAnswer(error, requestId, now()), () => {
      socket.destroy();
    });
  });
}

/** By the `code` of the errors of Node's HTTP parser. */
const BROKEN_REQUESTS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'The request line and the headers are too large together.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['PAYLOAD_TOO_LARGE', 'The extensions of a chunk of the body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request did not arrive in time.'],
};

function toBrokenRequest(code: string | undefined): AppError {
  return new AppError(...(BROKEN_REQUESTS[code ?? ''] ?? ['MALFORMED_REQUEST', 'This is not a valid HTTP request.']));
}

/** The answer as bytes: there is no response to write it to. */
function rawAnswer(error: AppError, requestId: string, now: Date): string {
  const { status, body } = renderError(error, requestId, now);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${String(Buffer.byteLength(text))}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
