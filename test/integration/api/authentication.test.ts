import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';

const FAILED_KEYS_MAX = 8;

let stage: Stage;
let api: TestApi;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ FAILED_KEYS_MAX: String(FAILED_KEYS_MAX), TRUSTED_PROXIES: '1' });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

/** Addresses are told by the proxy in front, so that every test has its own. */
const listAs = (address: string, headers: Record<string, string>) =>
  fetch(`${api.url}/v1/executions`, { headers: { 'x-forwarded-for': address, ...headers } });

describe('authentication: keys', () => {
  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer ak_unknown' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a key of another kind', { 'x-api-key': 'sk_0123456789' }],
    ['a very long key', { 'x-api-key': `ak_${'x'.repeat(4_000)}` }],
  ])('answers 401 to %s', async (name, headers) => {
    const error = await errorOf(await listAs(`10.0.0.${String(name.length)}`, headers));
    expect(error).toMatchObject({ code: 'INVALID_API_KEY', status: 401, type: 'authentication_error' });
    expect(error.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('answers 401 to a revoked key within its cache time, just as to an unknown one', async () => {
    const revoked = await stage.client(api);
    expect((await revoked.request('GET', '/v1/executions')).status).toBe(200);
    await stage.query('update api_keys set revoked_at = now() where id = $1', [revoked.organization.keyId]);
    const refused = await eventually(
      async () => {
        const response = await listAs('10.1.0.1', { 'x-api-key': revoked.organization.key });
        return response.status === 401 && response;
      },
      { intervalMs: 100 },
    );
    expect((await errorOf(refused)).message).toBe((await errorOf(await listAs('10.1.0.2', {}))).message);
  });

  it('answers 401 to an expired key', async () => {
    const expired = await stage.client(api);
    await stage.query('update api_keys set expires_at = now() where id = $1', [expired.organization.keyId]);
    expect((await listAs('10.1.0.3', { 'x-api-key': expired.organization.key })).status).toBe(401);
  });

  it('remembers when a key was last used', async () => {
    await client.request('GET', '/v1/executions');
    const used = await eventually(async () => {
      const [row] = await stage.query('select last_used_at from api_keys where id = $1', [client.organization.keyId]);
      return row?.['last_used_at'];
    });
    expect(used).toBeInstanceOf(Date);
  });

  it('reads no body of a caller without a key', async () => {
    const response = await fetch(`${api.url}/v1/executions`, {
      method: 'POST',
      body: '{"broken',
      headers: { 'x-forwarded-for': '10.2.0.1' },
    });
    expect(response.status).toBe(401);
  });
});

describe('authentication: failed keys', () => {
  it('answers 429 to an address that failed too often, and to no other', async () => {
    const wrong = { authorization: 'Bearer ak_wrong' };
    for (let at = 0; at < FAILED_KEYS_MAX; at += 1) expect((await listAs('10.3.0.1', wrong)).status).toBe(401);
    const error = await errorOf(await listAs('10.3.0.1', wrong));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await listAs('10.3.0.2', wrong)).status).toBe(401);
  });

  it('lets valid keys through from such an address', async () => {
    for (let at = 0; at <= FAILED_KEYS_MAX; at += 1) await listAs('10.3.0.3', {});
    expect((await listAs('10.3.0.3', { 'x-api-key': client.organization.key })).status).toBe(200);
  });

  it('answers 401 and not 503 while Redis is away', async () => {
    await stage.redis.kill9();
    const { status } = await listAs('10.4.0.1', {});
    await stage.redis.restart();
    await stage.redisBack(api);
    expect(status).toBe(401);
  });
});
