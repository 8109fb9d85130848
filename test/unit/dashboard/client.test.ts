import { describe, expect, it } from '@jest/globals';
import { createClient, urlOf } from '../../../dashboard/src/api/client.ts';

/** A client whose calls are written down and answered with `answer`. */
function clientWith(answer: () => Response | Promise<Response>) {
  const calls: { readonly init: RequestInit }[] = [];
  const client = createClient(async (_url, init = {}) => {
    calls.push({ init });
    return answer();
  });
  return { client, calls };
}

const headersOf = (init: RequestInit | undefined) => new Headers(init?.headers);

describe('dashboard: client', () => {
  it('leaves out of a query what says nothing', () => {
    expect(urlOf('/a', { b: 'x y', c: '', d: null, e: undefined, f: 0, g: false })).toBe('/a?b=x+y&f=0&g=false');
  });

  it('sends the token of the session with what changes something, and only with that', async () => {
    const { client, calls } = clientWith(() => Response.json({}));
    client.setCsrfToken('token');
    await client.send('POST', '/a', { b: 1 });
    await client.send('DELETE', '/a');
    await client.get('/a');
    expect(calls.map(({ init }) => headersOf(init).get('x-csrf-token'))).toEqual(['token', 'token', null]);
    expect(calls[0]?.init.body).toBe('{"b":1}');
  });

  it('leaves the type of a form to the browser, which knows its boundary', async () => {
    const { client, calls } = clientWith(() => Response.json({}));
    await client.send('POST', '/a', new FormData());
    expect(headersOf(calls[0]?.init).has('content-type')).toBe(false);
  });

  it('tells code, message, field and request of a refusal', async () => {
    const error = { code: 'VALIDATION_ERROR', message: 'must not be empty', param: 'name' };
    const { client } = clientWith(() =>
      Response.json({ success: false, error }, { status: 422, headers: { 'x-request-id': 'r1' } }),
    );
    await expect(client.get('/a')).rejects.toMatchObject({ status: 422, requestId: 'r1', ...error });
  });

  it('tells a refusal also where a proxy answered with a page', async () => {
    const { client } = clientWith(() => new Response('<html>', { status: 502 }));
    await expect(client.get('/a')).rejects.toMatchObject({ status: 502, code: 'UNEXPECTED' });
  });

  it('tells a service that cannot be reached from one that refuses', async () => {
    const { client } = clientWith(() => Promise.reject(new TypeError('fetch failed')));
    await expect(client.get('/a')).rejects.toMatchObject({ status: 0, code: 'UNREACHABLE' });
  });

  it.each([
    ['no answer', () => Promise.reject(new TypeError('fetch failed')), false],
    ['a proxy that finds nobody', () => new Response('<html>', { status: 502 }), false],
    ['a refusal', () => Response.json({}, { status: 403 }), true],
    ['a service that is not ready', () => Response.json({}, { status: 503 }), true],
  ] as const)('notes by %s whether the service is there', async (_what, answer, isThere) => {
    const answers: (() => Response | Promise<Response>)[] = [answer, () => Response.json({})];
    const { client } = clientWith(() => (answers.shift() ?? answer)());
    const told: boolean[] = [];
    client.reachability.subscribe(() => told.push(client.reachability.isReachable()));
    await expect(client.get('/a')).rejects.toThrow();
    expect(client.reachability.isReachable()).toBe(isThere);
    await client.get('/a');
    expect(told).toEqual(isThere ? [] : [false, true]);
  });

  it('takes an empty answer for null', async () => {
    const { client } = clientWith(() => new Response(null, { status: 204 }));
    expect(await client.send('DELETE', '/a')).toBeNull();
  });
});
