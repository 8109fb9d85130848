import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKey, NewApiKey } from '../../../shared/contracts/api-key.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';

const OWN = '/v1/organization/keys';
const DAY_MS = 86_400_000;

let stage: Stage;
let api: TestApi;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  operator = createOperator(api.url);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const use = async (key: string) => (await createApiClient(api.url, key).request('GET', '/v1/executions')).status;
const ofOrganization = (id: string) => `/admin/api/organizations/${id}/keys`;
const keysOf = async (id: string) => {
  const { data } = Object(await bodyOf(await operator.request('GET', ofOrganization(id))));
  return ApiKey.array().parse(data);
};

describe('API keys: managed by the organization', () => {
  it('can be created, listed, renamed, rotated and revoked', async () => {
    const tenant = await operator.aTenant();
    const created = await bodyOf(await tenant.request('POST', OWN, { body: { name: 'second' } }), 201);
    const second = NewApiKey.parse(created);
    const renamed = await bodyOf(await tenant.request('PATCH', `${OWN}/${second.id}`, { body: { name: 'renamed' } }));
    expect(renamed).toMatchObject({ name: 'renamed' });
    const rotated = await bodyOf(await tenant.request('POST', `${OWN}/${second.id}/rotate`, { body: {} }), 201);
    const third = NewApiKey.parse(rotated);
    const list = Object(await bodyOf(await tenant.request('GET', `${OWN}?limit=2`)));
    expect(list).toMatchObject({ has_more: true, first_id: third.id, last_id: second.id });
    const rest = Object(await bodyOf(await tenant.request('GET', `${OWN}?after=${String(list.last_id)}`)));
    expect(
      ApiKey.array()
        .parse(rest.data)
        .map(({ id }) => id),
    ).toEqual([tenant.key.id]);
    expect(await bodyOf(await tenant.request('DELETE', `${OWN}/${third.id}`))).toMatchObject({ status: 'revoked' });
    expect(await use(third.key)).toBe(401);
  });

  it('cannot give scopes that the calling key lacks, neither by creating nor by rotating', async () => {
    const { id } = await operator.createOrganization();
    const strong = await operator.createKey(id, { scopes: ['executions', 'organization'] });
    const weak = createApiClient(api.url, (await operator.createKey(id, { scopes: ['organization'] })).key);
    const attempts = [
      await weak.request('POST', OWN, { body: { name: 'x', scopes: ['organization', 'executions'] } }),
      await weak.request('POST', `${OWN}/${strong.id}/rotate`, { body: { overlap_s: 60 } }),
    ];
    for (const attempt of attempts) {
      expect(await errorOf(attempt)).toMatchObject({
        code: 'INSUFFICIENT_PERMISSIONS',
        details: { scope: 'executions' },
      });
    }
    expect(await keysOf(id)).toHaveLength(2);
    expect((await operator.readKey(id, strong.id)).expires_at).toBeNull();
  });

  it('cannot outlive the calling key', async () => {
    const { id } = await operator.createOrganization();
    const short = createApiClient(api.url, (await operator.createKey(id, { expires_at: inDays(1) })).key);
    for (const expires_at of [null, inDays(2)]) {
      const error = await errorOf(await short.request('POST', OWN, { body: { name: 'x', expires_at } }));
      expect(error).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS', param: 'expires_at' });
    }
    expect((await short.request('POST', OWN, { body: { name: 'x', expires_at: inDays(0.5) } })).status).toBe(201);
  });

  it('cannot be seen or touched by another organization', async () => {
    const [mine, theirs] = [await operator.aTenant(), await operator.aTenant()];
    const path = `${OWN}/${theirs.key.id}`;
    const attempts = [
      await mine.request('GET', path),
      await mine.request('PATCH', path, { body: { name: 'mine' } }),
      await mine.request('POST', `${path}/rotate`, { body: {} }),
      await mine.request('DELETE', path),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await use(theirs.key.key)).toBe(200);
    const wrong = `${ofOrganization(mine.organization.id)}/${theirs.key.id}`;
    expect((await operator.request('DELETE', wrong)).status).toBe(404);
    expect(await use(theirs.key.key)).toBe(200);
  });

  it('make no other key in the moment that a process still remembers them', async () => {
    const tenant = await operator.aTenant();
    const elsewhere = createApiClient((await stage.api({ ADMIN_TOKEN })).url, tenant.key.key);
    expect((await elsewhere.request('GET', '/v1/organization')).status).toBe(200);
    await bodyOf(await operator.request('DELETE', `${ofOrganization(tenant.organization.id)}/${tenant.key.id}`));
    const late = await elsewhere.request('POST', OWN, { body: { name: 'late' } });
    expect((await errorOf(late)).code).toBe('INVALID_API_KEY');
    expect(await keysOf(tenant.organization.id)).toHaveLength(1);
  });

  it('make no other key with a request that began before they were revoked', async () => {
    const tenant = await operator.aTenant();
    const { id } = tenant.organization;
    const body = JSON.stringify({ name: 'late' });
    for (const path of [OWN, `${OWN}/${tenant.key.id}/rotate`]) {
      const caller = await operator.createKey(id);
      const headers = { authorization: `Bearer ${caller.key}`, 'content-type': 'application/json' };
      const late = request(api.url + path, { method: 'POST', headers });
      late.flushHeaders(); // let in by its headers, it waits for its body
      await eventually(async () => (await operator.readKey(id, caller.id)).last_used_at);
      await bodyOf(await operator.request('DELETE', `${ofOrganization(id)}/${caller.id}`));
      const answered = once(late, 'response');
      late.end(path === OWN ? body : '{}');
      const [response] = await answered;
      expect(Object(response).statusCode).toBe(401);
    }
    expect((await keysOf(id)).filter(({ status }) => status === 'active')).toHaveLength(1);
    expect((await operator.readKey(id, tenant.key.id)).expires_at).toBeNull();
  });

  it('may revoke themselves', async () => {
    const tenant = await operator.aTenant();
    await bodyOf(await tenant.request('DELETE', `${OWN}/${tenant.key.id}`));
    expect(await use(tenant.key.key)).toBe(401);
  });
});
