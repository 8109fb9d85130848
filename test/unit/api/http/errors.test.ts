import { describe, expect, it } from '@jest/globals';
import { renderError, toAppError } from '../../../../api/http/errors.ts';
import { formatEvent } from '../../../../api/http/sse.ts';
import { allowedMethods } from '../../../../api/http/mount.ts';
import { AppError, ERROR_STATUS, ErrorEnvelope, type ErrorCode } from '../../../../shared/contracts/errors.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const codes = Object.keys(ERROR_STATUS).filter((code): code is ErrorCode => code in ERROR_STATUS);

describe('errors: envelope', () => {
  it.each(codes)('renders %s as the contract says', (code) => {
    const { status, headers, body } = renderError(new AppError(code, 'A sentence.'), 'request-1', now);
    expect(ErrorEnvelope.parse(body).error).toMatchObject({
      code,
      status: ERROR_STATUS[code],
      trace_id: 'request-1',
      param: null,
    });
    expect(status).toBe(ERROR_STATUS[code]);
    expect('retry-after' in headers).toBe(status === 429 || status === 503);
  });

  it('tells nothing of an unknown error', () => {
    const { body } = renderError(toAppError(new Error('password=secret')), 'request-1', now);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.error).toMatchObject({ code: 'INTERNAL', status: 500, details: {} });
  });

  it.each(['text', null, undefined, { status: 400 }])('takes %j, which is no error, for an internal one', (thrown) => {
    expect(toAppError(thrown).code).toBe('INTERNAL');
  });
});

describe('server-sent events: format', () => {
  it('is one line of data whatever it holds', () => {
    const text = formatEvent({ name: 'execution.output', id: '1.2-3', data: { text: 'a\nb\r\n\n: c' } });
    expect(text.split('\n')).toHaveLength(5);
    expect(text).toMatch(/^event: execution\.output\nid: 1\.2-3\ndata: \{.*\}\n\n$/);
  });
});

describe('routes: allowed methods', () => {
  it('are listed by path, HEAD with GET', () => {
    const routes = [
      { method: 'get', path: '/a' },
      { method: 'delete', path: '/a' },
      { method: 'post', path: '/b' },
    ] as const;
    expect(Object.fromEntries(allowedMethods(routes))).toEqual({ '/a': 'GET, HEAD, DELETE', '/b': 'POST' });
  });
});
