import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../../shared/contracts/audit.ts';
import { CHANGES_PER_HOUR_MAX } from '../../../shared/contracts/limits.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';

const FAILED_MAX = 5;
const PATH = '/admin/api/organizations';

let stage: Stage;
let api: TestApi;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX: String(FAILED_MAX), TRUSTED_PROXIES: '1' });
  operator = createOperator(api.url);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const acts = (entries: readonly AuditEntry[]) => entries.map(({ action, outcome }) => `${action} ${outcome}`);
const denied = async (address: string) =>
  Number((await stage.query('select count(*) from audit_entries where address = $1', [address]))[0]?.['count']);

describe('audit: what operators do', () => {
  it('tells who did what, from where, to what, in which request', async () => {
    const response = await operator.request('POST', PATH, {
      body: { name: 'A name that is told to nobody' },
      headers: { 'x-forwarded-for': '10.9.8.7', 'x-request-id': 'the-request-0001' },
    });
    const { id } = Object(await bodyOf(response, 201));
    const [entry] = await operator.audit({ organization_id: id });
    expect(entry).toMatchObject({
      actor: { type: 'operator', id: null, address: '10.9.8.7' },
      request_id: 'the-request-0001',
      action: 'organization.create',
      outcome: 'done',
      organization_id: id,
      target_id: id,
    });
    expect(JSON.stringify(await stage.query('select * from audit_entries'))).not.toContain('told to nobody');
  });

  it('has every change, in its order', async () => {
    const { organization } = await operator.aTenant();
    const path = `${PATH}/${organization.id}`;
    await operator.request('PATCH', path, { body: { name: 'x', interpreter: false } });
    await operator.request('POST', `${path}/suspend`);
    await operator.request('POST', `${path}/resume`);
    const { id: keyId } = await operator.createKey(organization.id);
    await operator.request('PATCH', `${path}/keys/${keyId}`, { body: { name: 'renamed' } });
    await operator.request('POST', `${path}/keys/${keyId}/rotate`, { body: {} });
    await operator.request('DELETE', `${path}/keys/${keyId}`);
    const entries = await operator.audit({ organization_id: organization.id });
    expect(acts(entries).reverse()).toEqual([
      'organization.create done',
      'key.create done',
      'organization.update done',
      'organization.suspend done',
      'organization.resume done',
      'key.create done',
      'key.rename done',
      'key.rotate done',
      'key.revoke done',
    ]);
    expect(entries.find(({ action }) => action === 'organization.update')?.details).toEqual({
      renamed: true,
      interpreter: false,
    });
  });

  it('has what failed, with its code', async () => {
    const unknown = `org_${'z'.repeat(20)}`;
    await operator.request('POST', `${PATH}/${unknown}/suspend`);
    const [entry] = await operator.audit({ organization_id: unknown });
    expect(entry).toMatchObject({ outcome: 'failed', details: { code: 'NOT_FOUND' } });
  });

  it('can be filtered and paged', async () => {
    const { id } = await operator.createOrganization();
    await operator.createKey(id);
    await operator.createKey(id);
    expect(acts(await operator.audit({ organization_id: id, action: 'key.create' }))).toHaveLength(2);
    expect(await operator.audit({ organization_id: id, actor_type: 'key' })).toEqual([]);
    expect(await operator.audit({ organization_id: id, outcome: 'denied' })).toEqual([]);
    const [newest, ...older] = await operator.audit({ organization_id: id });
    expect(await operator.audit({ organization_id: id, after: newest?.id ?? '' })).toEqual(older);
    expect(await operator.audit({ organization_id: id, limit: '1' })).toEqual([newest]);
  });

  it.each(['action=nonsense', 'after=-1', 'after=99999999999999999999', 'outcome=perhaps', 'actor_id=1'])(
    'refuses the filter %s',
    async (query) => {
      expect((await errorOf(await operator.request('GET', `/admin/api/audit?${query}`))).code).toBe('VALIDATION_ERROR');
    },
  );
});

describe('audit: what keys do', () => {
  it('names the key', async () => {
    const tenant = await operator.aTenant();
    await bodyOf(await tenant.request('POST', '/v1/organization/keys', { body: { name: 'x' } }), 201);
    const [entry] = await operator.audit({ actor_id: tenant.key.id });
    expect(entry).toMatchObject({
      action: 'key.create',
      actor: { type: 'key', id: tenant.key.id },
      organization_id: tenant.organization.id,
    });
  });

  it('has what a key was denied', async () => {
    const tenant = await operator.aTenant();
    const weak = await operator.createKey(tenant.organization.id, { scopes: ['files'] });
    await createApiClient(api.url, weak.key).request('GET', '/v1/organization/keys');
    const [entry] = await operator.audit({ actor_id: weak.id });
    expect(entry).toMatchObject({
      action: 'organization.access',
      outcome: 'denied',
      details: { code: 'INSUFFICIENT_PERMISSIONS', method: 'GET', route: '/v1/organization/keys' },
    });
  });

  it('is bounded: an organization that changes its keys too often has to wait', async () => {
    const tenant = await operator.aTenant();
    const rename = async () =>
      tenant.request('PATCH', `/v1/organization/keys/${tenant.key.id}`, { body: { name: 'again' } });
    for (let at = 0; at < CHANGES_PER_HOUR_MAX; at += 10) {
      const ten = await Promise.all(Array.from({ length: 10 }, rename));
      expect(ten.filter(({ status }) => status === 200)).toHaveLength(10);
    }
    const error = await errorOf(await rename());
    expect(error).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
    const weak = await operator.createKey(tenant.organization.id, { scopes: ['files'] });
    await createApiClient(api.url, weak.key).request('GET', '/v1/organization/keys');
    const [row] = await stage.query(
      'select count(*) from audit_entries where organization_id = $1 and actor_type = $2',
      [tenant.organization.id, 'key'],
    );
    expect(Number(row?.['count'])).toBe(CHANGES_PER_HOUR_MAX);
    expect((await operator.request('PATCH', `${PATH}/${tenant.organization.id}`, { body: {} })).status).toBe(200);
  });
});

describe('audit: attempts without a scope', () => {
  it('do not keep the organization from revoking the key that makes them', async () => {
    const tenant = await operator.aTenant();
    const weak = await operator.createKey(tenant.organization.id, { scopes: ['files'] });
    const attempt = async () => createApiClient(api.url, weak.key).request('GET', '/v1/organization/keys');
    for (let at = 0; at < CHANGES_PER_HOUR_MAX; at += 10) await Promise.all(Array.from({ length: 10 }, attempt));
    expect((await tenant.request('DELETE', `/v1/organization/keys/${weak.id}`)).status).toBe(200);
  });
});

describe('audit: denied attempts', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no token', {}, '10.5.0.1'],
    ['a wrong token', { authorization: `Bearer ${'x'.repeat(40)}` }, '10.5.0.2'],
    ['the token in another header', { 'x-api-key': ADMIN_TOKEN }, '10.5.0.3'],
  ])('are refused with 401 and written down: %s', async (_name, headers, address) => {
    const target = `org_${'a'.repeat(20)}`;
    const response = await fetch(`${api.url}${PATH}/${target}`, {
      method: 'DELETE',
      headers: { ...headers, 'x-forwarded-for': address },
    });
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'INVALID_ADMIN_TOKEN', status: 401 });
    const entries = await operator.audit({ action: 'operator.access' });
    expect(entries.find(({ actor }) => actor.address === address)).toMatchObject({
      actor: { type: 'unknown' },
      outcome: 'denied',
      target_id: target,
      details: { method: 'DELETE', route: `${PATH}/{id}`, code: 'INVALID_ADMIN_TOKEN' },
    });
  });

  it('are refused to the key of an organization', async () => {
    const tenant = await operator.aTenant();
    expect((await errorOf(await tenant.request('GET', PATH))).code).toBe('INVALID_ADMIN_TOKEN');
  });

  it('are not written down any more once their address is blocked', async () => {
    const address = '10.5.1.1';
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': address };
    const attempt = async () => fetch(api.url + PATH, { headers });
    for (let at = 0; at < FAILED_MAX; at += 1) expect((await attempt()).status).toBe(401);
    expect((await errorOf(await attempt())).code).toBe('RATE_LIMITED');
    expect(await denied(address)).toBe(FAILED_MAX);
  });

  it('do not shut the operators out of an address that is blocked', async () => {
    const headers = { 'x-forwarded-for': '10.5.2.1' };
    const wrong = { authorization: 'Bearer wrong', ...headers };
    for (let at = 0; at <= FAILED_MAX; at += 1) await fetch(api.url + PATH, { headers: wrong });
    expect((await operator.request('GET', PATH, { headers })).status).toBe(200);
  });

  it('are no reads of a page whose session is gone: who looks without a token guesses none', async () => {
    const address = '10.5.3.1';
    const headers = { 'x-forwarded-for': address };
    for (let at = 0; at <= FAILED_MAX; at += 1) expect((await fetch(api.url + PATH, { headers })).status).toBe(401);
    expect(await denied(address)).toBe(0);
  });
});

describe('audit: append only', () => {
  it.each(['update audit_entries set outcome = $1', 'delete from audit_entries where outcome = $1'])(
    'refuses: %s',
    async (statement) => {
      await expect(stage.query(statement, ['done'])).rejects.toThrow(/append only/);
    },
  );

  it('refuses to be emptied', async () => {
    await expect(stage.query('truncate audit_entries')).rejects.toThrow(/append only/);
  });
});
