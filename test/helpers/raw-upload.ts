/** Uploads written byte by byte, as no client library would send them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ErrorEnvelope } from '../../shared/contracts/errors.ts';

export const BOUNDARY = 'the-boundary';

export type RawPart = { readonly head: string; readonly content?: string | Buffer };

/** The parts between boundaries, with the closing one unless told otherwise. */
export function multipartBody(parts: readonly RawPart[], { closed = true } = {}): Buffer {
  const pieces = parts.flatMap(({ head, content = '' }) => [
    Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, ...(closed ? [Buffer.from(`--${BOUNDARY}--\r\n`)] : [])]);
}

export const filePart = (disposition: string, content: string | Buffer = 'x', type = 'text/plain'): RawPart => ({
  head: `Content-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}`,
  content,
});

export type RawRequest = { readonly url: string; readonly key: string; readonly path?: string };

/** The head of an upload; `length` of its body, chunked without one. */
export function uploadHead({ url, key, path = '/v1/files' }: RawRequest, length?: number, type?: string): string {
  const host = new URL(url).host;
  const size = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${String(length)}`;
  const contentType = type ?? `multipart/form-data; boundary=${BOUNDARY}`;
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n` +
    `Content-Type: ${contentType}\r\n${size}\r\n\r\n`
  );
}

export function openSocket(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

/** The first answer on a connection. */
export async function answerOn(socket: Socket): Promise<{ status: number; body: unknown }> {
  let text = '';
  const ended = once(socket, 'close').then(() => 'closed');
  for (;;) {
    const next = await Promise.race([once(socket, 'data').then(([chunk]: unknown[]) => String(chunk)), ended]);
    if (next !== 'closed') text += next;
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Infinity);
    if (end >= 0 && Buffer.byteLength(text.slice(end + 4)) >= length) {
      return { status: Number(text.split(' ')[1]), body: JSON.parse(text.slice(end + 4)) };
    }
    if (next === 'closed') throw new Error(`the connection ended after: ${text}`);
  }
}

/** Sends a body whole and gives the answer. */
export async function rawUpload(request: RawRequest, body: Buffer, type?: string) {
  const socket = openSocket(request.url);
  socket.write(uploadHead(request, body.length, type));
  socket.write(body);
  const answer = await answerOn(socket);
  socket.destroy();
  return answer;
}

export function errorIn({ body }: { readonly body: unknown }) {
  return ErrorEnvelope.parse(body).error;
}
