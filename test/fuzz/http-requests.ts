/** Requests that are hardly HTTP, on sockets of their own: whatever comes, the api answers or hangs up, and soon. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { mutated, someBytes } from '../helpers/hostile-bytes.ts';
import { fields } from './http-bodies.ts';
import { ANSWER_MS, EXECUTIONS, timely, type FuzzedApi, type Target } from './target.ts';

const method = fc.constantFrom('POST', 'GET', 'PUT', 'HEAD', 'post', 'P\u0000ST', 'CONNECT', 'OPTIONS', '');
const target = fc.constantFrom(
  EXECUTIONS,
  '/healthz',
  '*',
  '//',
  `${EXECUTIONS}?wait=\u0000`,
  'http://a/b',
  '/%ff',
  '/v1/executions/%E0%A4%A',
  `/${'a'.repeat(300)}`,
);
const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '');
const header = fc.oneof(
  fc.constantFrom(
    'Host: a',
    'Host: a',
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Connection: close',
    'Connection: upgrade',
    'Upgrade: websocket',
    'Expect: 100-continue',
    'Expect: 1',
    'Accept: text/event-stream',
    'X-Request-Id: \u0001',
    'Idempotency-Key: a',
    'Prefer: wait=0',
    'no header',
    ': x',
    ' folded',
  ),
  fc
    .oneof(fc.integer({ min: -2, max: 60 }), fc.constantFrom('1e3', '0x5', '99999999999999999999', '5, 5'))
    .map((length) => `Content-Length: ${String(length)}`),
);
const chunks = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.nat(12).map((n) => n.toString(16)),
        fc.constantFrom('-1', 'ffffffffff', 'g', '', '5;x="'),
      ),
      someBytes(12),
    ),
    { maxLength: 4 },
  )
  .map((parts) =>
    Buffer.concat(parts.flatMap(([size, bytes]) => [Buffer.from(`${size}\r\n`), bytes, Buffer.from('\r\n')])),
  );
const content = fc.oneof(fc.constant(Buffer.alloc(0)), fields, chunks, someBytes(40));

const bytesOf = (key: string, head: readonly string[], body: Buffer): Buffer => {
  const [line = '', ...headers] = head;
  const lines = [line, `Authorization: Bearer ${key}`, ...headers];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
};

/** As any client sends it; what follows is tried only behind a request that is whole. */
const good = (key: string) =>
  fc.tuple(fields, fc.array(header, { maxLength: 1 }), fc.boolean()).map(([body, more, isChunked]) => {
    const head = [`POST ${EXECUTIONS} HTTP/1.1`, 'Host: a', 'Content-Type: application/json', ...more];
    if (!isChunked) return bytesOf(key, [...head, `Content-Length: ${String(body.length)}`], body);
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
    return bytesOf(key, [...head, 'Transfer-Encoding: chunked'], chunk);
  });

const strange = (key: string) =>
  fc
    .tuple(method, target, version, fc.array(header, { maxLength: 4 }), content)
    .map(([verb, path, http, headers, body]) => bytesOf(key, [`${verb} ${path} ${http}`, ...headers], body));

export function requests({ url, key }: FuzzedApi): Target['property'] {
  const one = fc.oneof({ weight: 3, arbitrary: good(key) }, { weight: 2, arbitrary: strange(key) });
  const several = fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) => Buffer.concat(parts));
  const port = Number(new URL(url).port);
  return fc.asyncProperty(mutated(several), (bytes) =>
    timely(async () => {
      const answer = await answerTo(port, bytes);
      if (answer !== '') assert.match(answer, /^HTTP\/1\.1 [1-4]\d\d /, answer.slice(0, 500));
      assert.doesNotMatch(answer, /HTTP\/1\.1 5\d\d /);
    }),
  );
}

/** Everything that the api answers until it ends a connection of which the client has ended its half. */
function answerTo(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const parts: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end within ${String(ANSWER_MS)} ms of ${JSON.stringify(bytes.toString('latin1'))}`));
    }, ANSWER_MS);
    socket.on('data', (part) => parts.push(Buffer.from(part))).on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString('latin1'));
    });
    socket.end(bytes);
  });
}
