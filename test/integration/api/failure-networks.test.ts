/** Failures are counted by the network of a client: of IPv6 a client has more addresses than could be counted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAILED_LOGINS_MAX } from '../../../shared/contracts/limits.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { ADMIN_TOKEN } from '../../helpers/operator.ts';

const FAILED_KEYS_MAX = FAILED_LOGINS_MAX + 2;

let stage: Stage;
let api: TestApi;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX: String(FAILED_KEYS_MAX), TRUSTED_PROXIES: '1' });
}, 30_000);

afterAll(async () => {
  await stage.close();
});

/** Addresses are told by the proxy in front. */
const statusAs = async (address: string, path: string, init: RequestInit = {}) => {
  const headers = { 'x-forwarded-for': address, 'content-type': 'application/json', authorization: 'Bearer wrong' };
  return (await fetch(api.url + path, { ...init, headers })).status;
};
const withKey = (address: string) => statusAs(address, '/v1/executions');
const withToken = (address: string) => statusAs(address, '/admin/api/audit');
const logIn = (address: string) => {
  const body = JSON.stringify({ name: 'Ada', password: 'a wrong password' });
  return statusAs(address, '/admin/api/session', { method: 'POST', body });
};

describe('failures: by network', () => {
  it.each<[string, string, number, (address: string) => Promise<number>]>([
    ['keys', '2001:db8:a', FAILED_KEYS_MAX, withKey],
    ['tokens', '2001:db8:b', FAILED_KEYS_MAX, withToken],
    ['log-ins', '2001:db8:c', FAILED_LOGINS_MAX, logIn],
  ])('of %s come from one client where 64 bits are the same, and from two where not', async (...given) => {
    const [, network, failuresMax, attempt] = given;
    for (let at = 0; at < failuresMax; at += 1) expect(await attempt(`${network}:1:${String(at)}::1`)).toBe(401);
    expect(await attempt(`${network}:1:ffff::1`)).toBe(429);
    expect(await attempt(`${network}:2::1`)).toBe(401);
  });

  it('come from an IPv4 address itself, also inside IPv6', async () => {
    for (let at = 0; at < FAILED_KEYS_MAX; at += 1) expect(await withKey('::ffff:10.7.0.1')).toBe(401);
    expect(await withKey('10.7.0.1')).toBe(429);
    expect(await withKey('::ffff:10.7.0.2')).toBe(401);
  });
});
