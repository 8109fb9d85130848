import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BODY_BYTES_MAX,
  CODE_BYTES_MAX,
  JSON_DEPTH_MAX,
  JSON_VALUES_MAX,
  METADATA_KEYS_MAX,
  METADATA_KEY_CHARACTERS_MAX,
  METADATA_VALUE_CHARACTERS_MAX,
  STDIN_BYTES_MAX,
} from '../../../shared/contracts/limits.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';

let stage: Stage;
let api: TestApi;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
});

afterAll(async () => {
  const left = await stage.query(`select id from executions where code = 'refused'`);
  await stage.close();
  expect(left).toEqual([]);
});

const code = 'refused';
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${String(at)}`, 'v']));

describe('bad input: fields', () => {
  it.each<[string, unknown, string]>([
    ['unknown field', { code, color: 'red' }, 'color'],
    ['missing code', {}, 'code'],
    ['empty code', { code: '' }, 'code'],
    ['blank code', { code: ' \n\t' }, 'code'],
    ['code that is no string', { code: 1 }, 'code'],
    ['code that is null', { code: null }, 'code'],
    ['NUL in code', { code: 'print("\u0000")' }, 'code'],
    ['lone surrogate in code', { code: 'print("\ud800")' }, 'code'],
    ['NUL in stdin', { code, stdin: '\u0000' }, 'stdin'],
    ['lone surrogate in stdin', { code, stdin: '\udfff' }, 'stdin'],
    ['another language', { code, language: 'ruby' }, 'language'],
    ['timeout over the limit', { code, timeout_ms: 30_001 }, 'timeout_ms'],
    ['timeout of zero', { code, timeout_ms: 0 }, 'timeout_ms'],
    ['negative timeout', { code, timeout_ms: -1 }, 'timeout_ms'],
    ['fractional timeout', { code, timeout_ms: 1.5 }, 'timeout_ms'],
    ['huge timeout', { code, timeout_ms: 1e300 }, 'timeout_ms'],
    ['timeout as text', { code, timeout_ms: '5' }, 'timeout_ms'],
    ['too little memory', { code, memory_mb: 127 }, 'memory_mb'],
    ['too much memory', { code, memory_mb: 2_049 }, 'memory_mb'],
    ['unknown isolation', { code, isolation: 'none' }, 'isolation'],
    ['metadata that is a list', { code, metadata: [] }, 'metadata'],
    ['metadata that is no text', { code, metadata: { a: 1 } }, 'metadata.a'],
    ['too many metadata keys', { code, metadata: keys(METADATA_KEYS_MAX + 1) }, 'metadata'],
    [
      'too long metadata key',
      { code, metadata: { ['k'.repeat(METADATA_KEY_CHARACTERS_MAX + 1)]: 'v' } },
      `metadata.${'k'.repeat(65)}`,
    ],
    ['empty metadata key', { code, metadata: { '': 'v' } }, 'metadata.'],
    ['too long metadata value', { code, metadata: { a: 'v'.repeat(METADATA_VALUE_CHARACTERS_MAX + 1) } }, 'metadata.a'],
    ['NUL in metadata', { code, metadata: { a: '\u0000' } }, 'metadata.a'],
    ['malformed organization_id', { code, organization_id: 'me' }, 'organization_id'],
    ['cancel_on_disconnect that is no boolean', { code, cancel_on_disconnect: 'yes' }, 'cancel_on_disconnect'],
  ])('refuses %s', async (_name, body, param) => {
    const error = await errorOf(await client.post(body));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param, type: 'invalid_request_error' });
    expect(error.message).not.toContain('    at ');
    expect(error.trace_id).toBe(error.headers.get('x-request-id'));
  });

  it('tells what is allowed', async () => {
    expect((await errorOf(await client.post({ code, timeout_ms: 30_001 }))).message).toContain('30000');
    expect((await errorOf(await client.post({ code, color: 1 }))).message).toContain('timeout_ms, memory_mb');
  });

  it('lists several problems, but not without end', async () => {
    const body = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`metadata${String(at)}`, 1]));
    const { details } = await errorOf(await client.post({ ...body, timeout_ms: 0, memory_mb: 0 }));
    expect(details['issues']).toHaveLength(4);
  });

  it.each(['"text"', '5', 'null', 'true', '[]', '[{"code":"x"}]'])('refuses the body %s', async (body) => {
    expect(await errorOf(await client.post(body))).toMatchObject({
      code: 'VALIDATION_ERROR',
      status: 422,
      param: null,
    });
  });

  it.each<[string, string]>([
    ['__proto__', '{"code":"refused","__proto__":{"isolation":"fresh"}}'],
    ['metadata.__proto__', '{"code":"refused","metadata":{"__proto__":"x"}}'],
    ['constructor', '{"code":"refused","constructor":{"prototype":{}}}'],
  ])('refuses the key %s', async (param, body) => {
    expect(await errorOf(await client.post(body))).toMatchObject({ code: 'VALIDATION_ERROR', param });
  });

  it('accepts every field at its limit', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: METADATA_KEYS_MAX }, (_, at) => [
        String(at).padEnd(METADATA_KEY_CHARACTERS_MAX, 'ä'),
        '€'.repeat(METADATA_VALUE_CHARACTERS_MAX),
      ]),
    );
    const { id } = await client.submit({
      code: 'x'.repeat(CODE_BYTES_MAX),
      stdin: 'x'.repeat(STDIN_BYTES_MAX),
      timeout_ms: 30_000,
      memory_mb: 2_048,
      metadata,
    });
    expect((await client.read(id)).metadata).toEqual(metadata);
  });
});

describe('bad input: size', () => {
  it.each<[string, unknown]>([
    ['code', { code: 'x'.repeat(CODE_BYTES_MAX + 1) }],
    ['code', { code: '€'.repeat(CODE_BYTES_MAX / 2) }],
    ['stdin', { code, stdin: 'x'.repeat(STDIN_BYTES_MAX + 1) }],
  ])('answers 413 to %s over the limit', async (param, body) => {
    expect(await errorOf(await client.post(body))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413, param });
  });

  it('answers 413 to a body over the limit', async () => {
    const response = await client.post(`{"code":"${'x'.repeat(BODY_BYTES_MAX)}"}`);
    expect(await errorOf(response)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413, param: null });
  });

  it('answers 415 to a compressed body, however little it unpacks to', async () => {
    const response = await fetch(`${api.url}/v1/executions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client.organization.key}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(`{"code":"refused"}`),
    });
    expect(await errorOf(response)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
  });

  it.each<[string, unknown]>([
    ['metadata keys', { code, metadata: keys(JSON_VALUES_MAX) }],
    ['list items', { code, x: Array.from({ length: JSON_VALUES_MAX }, () => 0) }],
    ['lists', { code, x: Array.from({ length: JSON_VALUES_MAX / 2 }, () => [[]]) }],
  ])('refuses a body of too many %s', async (_name, body) => {
    const error = await errorOf(await client.post(body));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param: null });
    expect(error.message).toContain('too many values');
  });

  it('refuses JSON that is nested one level too deep', async () => {
    const body = (depth: number) => `{"code":"refused","x":${nested(depth)}}`;
    const message = async (depth: number) => (await errorOf(await client.post(body(depth)))).message;
    expect(await message(JSON_DEPTH_MAX)).toContain('nested');
    expect(await message(JSON_DEPTH_MAX - 1)).toContain('x: is not a known field');
  });

  it('refuses very deep and very wide JSON soon', async () => {
    const startedMs = performance.now();
    expect(await errorOf(await client.post(`{"code":"refused","x":${nested(1_500_000)}}`))).toMatchObject({
      status: 422,
    });
    expect(await errorOf(await client.post(`{"code":"refused","x":[${'[],'.repeat(1_000_000)}0]}`))).toMatchObject({
      status: 422,
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('bad input: form', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['broken JSON', '{"code":', {}, '400 INVALID_JSON'],
    ['no JSON at all', 'code=print(1)', {}, '400 INVALID_JSON'],
    ['an empty body', '', { 'content-type': 'application/json' }, '400 INVALID_JSON'],
    ['a form', 'code=1', { 'content-type': 'application/x-www-form-urlencoded' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', '{"code":"refused"}', { 'content-type': 'text/plain' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['an unknown charset', '{}', { 'content-type': 'application/json; charset=latin-9' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['an unknown encoding', '{}', { 'content-encoding': 'zip' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['an encoding that it is not in', '{}', { 'content-encoding': 'gzip' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['UTF-16', '{}', { 'content-type': 'application/json; charset=utf-16' }, '415 UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s', async (_name, body, headers, refusal) => {
    const response = await client.request('POST', '/v1/executions', { body, headers });
    const { status, code: errorCode } = await errorOf(response);
    expect(`${String(status)} ${errorCode}`).toBe(refusal);
  });

  it.each(['wait=61', 'wait=-1', 'wait=1.5', 'wait=soon', 'wait=1&wait=2', 'weight=1'])(
    'refuses ?%s',
    async (query) => {
      const response = await client.request('POST', `/v1/executions?${query}`, { body: { code } });
      expect(await errorOf(response)).toMatchObject({ status: 422, param: query.split('=')[0] });
    },
  );

  it.each([' ', 'x'.repeat(256), 'ä'])('refuses the Idempotency-Key %j', async (key) => {
    const response = await client.post({ code }, { 'idempotency-key': key });
    expect(await errorOf(response)).toMatchObject({ status: 422, param: 'Idempotency-Key' });
  });

  it('answers 404 to an unknown path', async () => {
    expect(await errorOf(await client.request('GET', '/v2/executions'))).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
    expect(await errorOf(await client.request('GET', '/v1/executions/%E0%A4%A'))).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
  });

  it('answers 405 and what is allowed to a wrong method', async () => {
    const error = await errorOf(await client.request('PUT', '/v1/executions', { body: { code } }));
    expect(error).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
    expect(error.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  it('keeps a well-formed request id and replaces any other', async () => {
    const idOf = async (given: string) =>
      (await client.request('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idOf('my-request-0001')).toBe('my-request-0001');
    expect(await idOf('a b<c>')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says nothing of what it is made of', async () => {
    const { headers } = await client.request('GET', '/healthz');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
