import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKey, NewApiKey } from '../../../shared/contracts/api-key.ts';
import { ErrorEnvelope } from '../../../shared/contracts/errors.ts';
import {
  API_KEYS_ENDED_KEPT,
  API_KEYS_PER_ORGANIZATION_MAX,
  API_KEY_LIFETIME_DAYS_MAX,
  API_KEY_NAME_CHARACTERS_MAX,
  API_KEY_OVERLAP_SECONDS_MAX,
} from '../../../shared/contracts/limits.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';

const DAY_MS = 86_400_000;

let stage: Stage;
let api: TestApi;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX: '1000' });
  operator = createOperator(api.url);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const use = async (key: string, at: TestApi = api) =>
  (await createApiClient(at.url, key).request('GET', '/v1/executions')).status;
const ofOrganization = (id: string) => `/admin/api/organizations/${id}/keys`;

async function listOf(organizationId: string, query = 'limit=100'): Promise<ApiKey[]> {
  const body = Object(await bodyOf(await operator.request('GET', `${ofOrganization(organizationId)}?${query}`)));
  return ApiKey.array().parse(body.data);
}

describe('API keys: created', () => {
  it('work at once and are shown once', async () => {
    const { id } = await operator.createOrganization();
    const { key, ...shown } = await operator.createKey(id, { name: 'server' });
    expect(key).toMatch(/^ak_[\w-]{43}$/);
    expect(await use(key)).toBe(200);
    const listed = await listOf(id);
    expect(listed).toEqual([{ ...shown, last_used_at: expect.anything() }]);
    expect(shown.prefix).toBe(key.slice(0, 10));
    expect(JSON.stringify(await stage.query('select * from api_keys'))).not.toContain(key.slice(10));
    expect(JSON.stringify(await stage.query('select * from audit_entries'))).not.toContain(key.slice(10));
  });

  it('give all scopes but managing the organization, unless asked', async () => {
    const { id } = await operator.createOrganization();
    const body = { name: 'plain' };
    const made = NewApiKey.parse(await bodyOf(await operator.request('POST', ofOrganization(id), { body }), 201));
    expect(made.scopes).toEqual(['executions', 'files', 'responses']);
    const error = await errorOf(await createApiClient(api.url, made.key).request('GET', '/v1/organization'));
    expect(error).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS', status: 403, details: { scope: 'organization' } });
  });

  it.each([
    ['no name', { scopes: ['files'] }],
    ['a name one too long', { name: 'n'.repeat(API_KEY_NAME_CHARACTERS_MAX + 1) }],
    ['no scope', { name: 'a', scopes: [] }],
    ['an unknown scope', { name: 'a', scopes: ['admin'] }],
    ['a scope twice', { name: 'a', scopes: ['files', 'files'] }],
    ['an end in the past', { name: 'a', expires_at: inDays(-1) }],
    ['an end too far away', { name: 'a', expires_at: inDays(API_KEY_LIFETIME_DAYS_MAX + 1) }],
    ['an end that is no time', { name: 'a', expires_at: 'tomorrow' }],
    ['a key of their own choice', { name: 'a', key: 'ak_mine' }],
  ])('are refused with %s', async (_name, body) => {
    const { id } = await operator.createOrganization();
    const error = await errorOf(await operator.request('POST', ofOrganization(id), { body }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422 });
    expect(await listOf(id)).toEqual([]);
  });

  it('take the longest name and the longest life', async () => {
    const { id } = await operator.createOrganization();
    const body = {
      name: 'n'.repeat(API_KEY_NAME_CHARACTERS_MAX),
      expires_at: inDays(API_KEY_LIFETIME_DAYS_MAX - 0.01),
    };
    expect(await operator.createKey(id, body)).toMatchObject(body);
  });

  it('are bounded in number; revoking one makes room', async () => {
    const { id } = await operator.createOrganization();
    const first = await operator.createKey(id);
    await stage.query(
      `insert into api_keys (id, organization_id, name, prefix, sha256)
       select 'key_' || n, $1, 'n', 'p', $1 || n from generate_series(2, ${String(API_KEYS_PER_ORGANIZATION_MAX)}) n`,
      [id],
    );
    const another = async () => operator.request('POST', ofOrganization(id), { body: { name: 'one more' } });
    expect(await errorOf(await another())).toMatchObject({ code: 'TOO_MANY_API_KEYS', status: 409 });
    await bodyOf(await operator.request('DELETE', `${ofOrganization(id)}/${first.id}`));
    expect((await another()).status).toBe(201);
  });

  it('stay within the bound when many are created at once', async () => {
    const { id } = await operator.createOrganization();
    await stage.query(
      `insert into api_keys (id, organization_id, name, prefix, sha256)
       select 'many_' || n, $1, 'n', 'p', $1 || n from generate_series(3, ${String(API_KEYS_PER_ORGANIZATION_MAX)}) n`,
      [id],
    );
    const statuses = await Promise.all(
      Array.from(
        { length: 6 },
        async () => (await operator.request('POST', ofOrganization(id), { body: { name: 'x' } })).status,
      ),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(2);
  });

  it('let only the newest of the ended ones stay in the list', async () => {
    const { id } = await operator.createOrganization();
    await stage.query(
      `insert into api_keys (id, organization_id, name, prefix, sha256, revoked_at)
       select 'ended_' || n, $1, 'n', 'p', $1 || n, now() - n * interval '1 hour'
       from generate_series(1, ${String(API_KEYS_ENDED_KEPT + 5)}) n`,
      [id],
    );
    await operator.createKey(id);
    const rows = await stage.query('select id from api_keys where organization_id = $1 and revoked_at is not null', [
      id,
    ]);
    expect(rows).toHaveLength(API_KEYS_ENDED_KEPT);
    expect(rows.map((row) => row['id'])).toContain('ended_1');
  });
});

describe('API keys: ended', () => {
  it('stop at once where they are revoked, and within two seconds elsewhere', async () => {
    const { id } = await operator.createOrganization();
    const made = await operator.createKey(id);
    const other = await stage.api({ ADMIN_TOKEN });
    expect([await use(made.key), await use(made.key, other)]).toEqual([200, 200]);
    const revoked = await bodyOf(await operator.request('DELETE', `${ofOrganization(id)}/${made.id}`));
    expect(ApiKey.parse(revoked)).toMatchObject({ status: 'revoked' });
    expect(await use(made.key)).toBe(401);
    await eventually(async () => (await use(made.key, other)) === 401);
  });

  it('stay revoked from the first time on', async () => {
    const { id } = await operator.createOrganization();
    const made = await operator.createKey(id);
    const revoke = async () =>
      ApiKey.parse(await bodyOf(await operator.request('DELETE', `${ofOrganization(id)}/${made.id}`)));
    expect((await revoke()).revoked_at).toBe((await revoke()).revoked_at);
  });

  it('are shown as expired once their time is over', async () => {
    const { id } = await operator.createOrganization();
    const made = await operator.createKey(id, { expires_at: inDays(1) });
    expect((await operator.readKey(id, made.id)).status).toBe('active');
    await stage.query(`update api_keys set expires_at = now() - interval '1 second' where id = $1`, [made.id]);
    expect((await operator.readKey(id, made.id)).status).toBe('expired');
    expect(await use(made.key)).toBe(401);
  });

  it('answer word for word as a key that never was', async () => {
    const { id } = await operator.createOrganization();
    const gone = await operator.createOrganization();
    const [revoked, expired, ofGone] = [
      await operator.createKey(id),
      await operator.createKey(id),
      await operator.createKey(gone.id),
    ];
    await stage.query('update api_keys set revoked_at = now() where id = $1', [revoked.id]);
    await stage.query('update api_keys set expires_at = now() where id = $1', [expired.id]);
    await stage.query(`update organizations set status = 'deleting' where id = $1`, [gone.id]);
    const answers = await Promise.all(
      [revoked.key, expired.key, ofGone.key, `ak_${'x'.repeat(43)}`].map(async (key) => {
        const response = await createApiClient(api.url, key).request('GET', '/v1/executions');
        const { error } = ErrorEnvelope.parse(await response.json());
        const told = { ...error, trace_id: '', timestamp: '' };
        const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
        return { status: response.status, told, headers };
      }),
    );
    expect(answers[0]?.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe('API keys: rotated', () => {
  const rotate = async (path: string, body: object = {}, by: Pick<Operator, 'request'> = operator) =>
    by.request('POST', `${path}/rotate`, { body });

  it('leave no moment without a key that works', async () => {
    const { id } = await operator.createOrganization();
    const old = await operator.createKey(id, { name: 'server', scopes: ['executions'] });
    const next = NewApiKey.parse(
      await bodyOf(await rotate(`${ofOrganization(id)}/${old.id}`, { overlap_s: 3_600 }), 201),
    );
    expect(next).toMatchObject({ name: 'server', scopes: ['executions'], expires_at: null });
    expect([await use(old.key), await use(next.key)]).toEqual([200, 200]);
    const end = (await operator.readKey(id, old.id)).expires_at;
    expect(Math.abs(Date.parse(end ?? '') - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  it('end the old key at once without an overlap', async () => {
    const { id } = await operator.createOrganization();
    const old = await operator.createKey(id);
    expect(await use(old.key)).toBe(200);
    const next = NewApiKey.parse(await bodyOf(await rotate(`${ofOrganization(id)}/${old.id}`), 201));
    expect([await use(old.key), await use(next.key)]).toEqual([401, 200]);
  });

  it('never let the old key live longer than it would have', async () => {
    const { id } = await operator.createOrganization();
    const expiry = inDays(1);
    const old = await operator.createKey(id, { expires_at: expiry });
    const body = { overlap_s: API_KEY_OVERLAP_SECONDS_MAX, expires_at: null };
    expect(await bodyOf(await rotate(`${ofOrganization(id)}/${old.id}`, body), 201)).toMatchObject({
      expires_at: null,
    });
    expect((await operator.readKey(id, old.id)).expires_at).toBe(expiry);
  });

  it('keep the end of the old key unless another is given', async () => {
    const { id } = await operator.createOrganization();
    const expiry = inDays(1);
    const old = await operator.createKey(id, { expires_at: expiry });
    expect(await bodyOf(await rotate(`${ofOrganization(id)}/${old.id}`), 201)).toMatchObject({ expires_at: expiry });
  });

  it('are refused when they have ended', async () => {
    const { id } = await operator.createOrganization();
    const old = await operator.createKey(id);
    await bodyOf(await operator.request('DELETE', `${ofOrganization(id)}/${old.id}`));
    const error = await errorOf(await rotate(`${ofOrganization(id)}/${old.id}`));
    expect(error).toMatchObject({ code: 'API_KEY_ENDED', status: 409 });
    expect(await listOf(id)).toHaveLength(1);
  });

  it('refuse an overlap that is too long', async () => {
    const { id } = await operator.createOrganization();
    const old = await operator.createKey(id);
    const body = { overlap_s: API_KEY_OVERLAP_SECONDS_MAX + 1 };
    expect(await errorOf(await rotate(`${ofOrganization(id)}/${old.id}`, body))).toMatchObject({ param: 'overlap_s' });
  });

  it('leave the old key as it was when there is no room for another', async () => {
    const { id } = await operator.createOrganization();
    const old = await operator.createKey(id);
    await stage.query(
      `insert into api_keys (id, organization_id, name, prefix, sha256)
       select 'full_' || n, $1, 'n', 'p', $1 || n from generate_series(1, ${String(API_KEYS_PER_ORGANIZATION_MAX)}) n`,
      [id],
    );
    const error = await errorOf(await rotate(`${ofOrganization(id)}/${old.id}`, { overlap_s: 60 }));
    expect(error.code).toBe('TOO_MANY_API_KEYS');
    expect((await operator.readKey(id, old.id)).expires_at).toBeNull();
  });
});
