import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErrorEnvelope } from '../../../shared/contracts/errors.ts';
import { REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX } from '../../../shared/contracts/limits.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';

const STREAMS_MAX = 3;
/** A head has 10 s; a loaded machine may notice late. */
const HEAD_PATIENCE_MS = 20_000;

let stage: Stage;
let api: TestApi;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ EVENT_STREAMS_MAX: String(STREAMS_MAX) });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

/** Everything that comes back on a connection of its own until the server ends it. */
async function sent(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

function errorIn(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const { error } = ErrorEnvelope.parse(JSON.parse(body));
  expect(head.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${String(error.status)} .`));
  expect(head.toLowerCase()).toContain(`x-request-id: ${error.trace_id}`);
  return error;
}

describe('edge: what is no request', () => {
  it.each([
    ['no HTTP', 'EHLO there\r\n\r\n', 'MALFORMED_REQUEST', 400],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 'MALFORMED_REQUEST', 400],
    ['a broken header', 'GET /healthz HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n', 'MALFORMED_REQUEST', 400],
    ['too large headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'HEADERS_TOO_LARGE', 431],
  ])('answers %s in the envelope', async (_name, bytes, code, status) => {
    expect(errorIn(await sent(bytes))).toMatchObject({ code, status });
  });

  it('answers a body that breaks off being HTTP in the envelope', async () => {
    const head = `POST /v1/executions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${client.organization.key}\r\n`;
    const answer = await sent(
      `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n`,
    );
    expect(errorIn(answer)).toMatchObject({ code: 'MALFORMED_REQUEST', status: 400 });
  });

  it(
    'ends the connection of a head that does not become whole, and says so',
    async () => {
      const startedMs = performance.now();
      const answer = await sent('GET /healthz HTTP/1.1\r\nHost: a\r\n');
      expect(performance.now() - startedMs).toBeLessThan(HEAD_PATIENCE_MS);
      expect(errorIn(answer)).toMatchObject({ code: 'REQUEST_TIMEOUT', status: 408 });
    },
    HEAD_PATIENCE_MS + 5_000,
  );
});

describe('edge: streamed submissions', () => {
  it('takes in as many as there are places for streams, and refuses the others', async () => {
    const leaving = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${api.url}/v1/executions`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${client.organization.key}`,
            accept: 'text/event-stream',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ code: 'streamed' }),
          signal: leaving.signal,
        }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    const rows = await stage.query(`select id from executions where code = 'streamed'`);
    const codes = await Promise.all(refused.map(async (response) => (await errorOf(response)).code));
    leaving.abort();
    expect(new Set(codes)).toEqual(new Set(['TOO_MANY_STREAMS']));
    expect(rows).toHaveLength(STREAMS_MAX);
    expect(refused).toHaveLength(20 - STREAMS_MAX);
    await eventually(() => api.services.streams.size() === 0);
  });
});

describe('edge: requests at once', () => {
  it('are bounded for each organization, and counted down when they are over', async () => {
    const other = await stage.client(api);
    const leaving = new AbortController();
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${other.organization.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'waited for' }),
      signal: leaving.signal,
    };
    const results = Array.from({ length: REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX }, () =>
      fetch(`${api.url}/v1/executions?wait=60`, init).catch(() => undefined),
    );
    await eventually(() => api.services.waiting.size() === REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX);
    const refused = await other.request('GET', '/v1/executions');
    expect(await errorOf(refused)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await client.request('GET', '/v1/executions')).status).toBe(200);
    leaving.abort();
    await Promise.all(results);
    await eventually(async () => (await other.request('GET', '/v1/executions')).status === 200);
  }, 30_000);
});
