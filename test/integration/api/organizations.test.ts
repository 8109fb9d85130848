import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Organization, OwnOrganization } from '../../../shared/contracts/organization.ts';
import { ORGANIZATION_NAME_CHARACTERS_MAX } from '../../../shared/contracts/limits.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';

const PATH = '/admin/api/organizations';

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

const change = async (id: string, body: unknown) => operator.request('PATCH', `${PATH}/${id}`, { body });
const act = async (id: string, verb: string) =>
  Organization.parse(await bodyOf(await operator.request('POST', `${PATH}/${id}/${verb}`)));
const list = async (query: string) => {
  const { data, ...page } = Object(await bodyOf(await operator.request('GET', `${PATH}?${query}`)));
  return { page, data: Organization.array().parse(data) };
};

describe('organizations: for operators', () => {
  it('are created active, with what was asked for', async () => {
    const made = await operator.createOrganization({ name: 'Blue Bottle', interpreter: false, isolation: 'fresh' });
    expect(made).toMatchObject({ name: 'Blue Bottle', status: 'active', interpreter: false, isolation: 'fresh' });
    expect(Organization.parse(await bodyOf(await operator.request('GET', `${PATH}/${made.id}`)))).toEqual(made);
  });

  it('are changed field by field', async () => {
    const { id } = await operator.createOrganization({ name: 'Before' });
    expect(await bodyOf(await change(id, { name: 'After' }))).toMatchObject({ name: 'After', interpreter: true });
    expect(await bodyOf(await change(id, { interpreter: false }))).toMatchObject({ name: 'After', interpreter: false });
    expect(await bodyOf(await change(id, { isolation: 'fresh' }))).toMatchObject({ isolation: 'fresh' });
    expect(await bodyOf(await change(id, { isolation: null }))).toMatchObject({ isolation: null, interpreter: false });
    expect(await bodyOf(await change(id, {}))).toMatchObject({ name: 'After' });
  });

  it('are listed newest first, page by page, each once', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1)
      ids.unshift((await operator.createOrganization({ name: `Paged ${String(at)}` })).id);
    const first = await list('name=paged&limit=3');
    expect(first.page).toMatchObject({ object: 'list', has_more: true, first_id: ids[0], last_id: ids[2] });
    const second = await list(`name=paged&limit=3&after=${String(first.page.last_id)}`);
    expect(second.page.has_more).toBe(false);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
  });

  it('are refused after one that is none', async () => {
    const response = await operator.request('GET', `${PATH}?after=org_${'9'.repeat(20)}`);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', param: 'after' });
  });

  it('are found by how their names begin, letter by letter', async () => {
    const { id } = await operator.createOrganization({ name: '100%_Sure\\' });
    for (const name of ['100%', '100%_s', '100%_Sure\\']) {
      expect((await list(`name=${encodeURIComponent(name)}`)).data.map((one) => one.id)).toEqual([id]);
    }
    expect((await list('name=100_')).data).toEqual([]);
    expect((await list('name=00')).data).toEqual([]);
  });

  it('are found by their status', async () => {
    const { id } = await operator.createOrganization();
    await act(id, 'suspend');
    expect((await list('status=suspended&limit=100')).data.map((one) => one.id)).toContain(id);
    expect((await list('status=active&limit=100')).data.map((one) => one.id)).not.toContain(id);
  });

  it.each([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a blank name', { name: '   ' }],
    ['a name of two lines', { name: 'a\nb' }],
    ['a name with NUL', { name: 'a\u0000b' }],
    ['a lone surrogate', { name: '\ud800' }],
    ['a name one too long', { name: 'n'.repeat(ORGANIZATION_NAME_CHARACTERS_MAX + 1) }],
    ['an unknown field', { name: 'a', status: 'active' }],
    ['an unknown isolation', { name: 'a', isolation: 'none' }],
  ])('refuses %s', async (_name, body) => {
    const error = await errorOf(await operator.request('POST', PATH, { body }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422 });
  });

  it('takes the longest name', async () => {
    const name = '😀'.repeat(ORGANIZATION_NAME_CHARACTERS_MAX / 2);
    expect((await operator.createOrganization({ name })).name).toBe(name);
  });

  it('answers 404 for an id that is none', async () => {
    const unknown = `org_${'0'.repeat(20)}`;
    for (const [method, path] of [
      ['GET', unknown],
      ['DELETE', unknown],
      ['POST', `${unknown}/suspend`],
      ['POST', `${unknown}/resume`],
      ['GET', 'org_short'],
    ] as const) {
      expect((await operator.request(method, `${PATH}/${path}`)).status).toBe(404);
    }
    expect((await change(unknown, { name: 'x' })).status).toBe(404);
  });
});

describe('organizations: suspended', () => {
  it('are refused at once, and let in again at once when they are resumed', async () => {
    const tenant = await operator.aTenant();
    expect((await tenant.request('GET', '/v1/executions')).status).toBe(200);
    expect(await act(tenant.organization.id, 'suspend')).toMatchObject({ status: 'suspended' });
    const error = await errorOf(await tenant.request('GET', '/v1/executions'));
    expect(error).toMatchObject({ code: 'ORGANIZATION_SUSPENDED', status: 403 });
    expect(await act(tenant.organization.id, 'resume')).toMatchObject({ status: 'active' });
    expect((await tenant.request('GET', '/v1/executions')).status).toBe(200);
  });

  it('are refused on another process within two seconds', async () => {
    const tenant = await operator.aTenant();
    const other = createApiClient((await stage.api({ ADMIN_TOKEN })).url, tenant.key.key);
    expect((await other.request('GET', '/v1/executions')).status).toBe(200);
    await act(tenant.organization.id, 'suspend');
    await eventually(async () => (await other.request('GET', '/v1/executions')).status === 403);
  });

  it('keep what is queued until they are resumed; what runs ends', async () => {
    const tenant = await operator.aTenant();
    const worker = await stage.worker(api, { slots: 1 });
    const ends = Promise.withResolvers<undefined>();
    worker.use(async (scene) => {
      await scene.started();
      if (scene.run.job.code === 'first') await ends.promise;
      return {};
    });
    const first = await tenant.submit({ code: 'first' });
    await eventually(() => worker.taken.length === 1);
    // One more than the slots is let out; the third waits.
    await tenant.submit({ code: 'second' });
    const third = await tenant.submit({ code: 'third' });
    await act(tenant.organization.id, 'suspend');
    ends.resolve(undefined);
    const statusOf = async (id: string) =>
      (await stage.query('select status from executions where id = $1', [id]))[0]?.['status'];
    await eventually(async () => (await statusOf(first.id)) === 'completed');
    await eventually(() => worker.taken.length === 2);
    // Another organization's run shows that the worker is free and the third still held.
    const other = await operator.aTenant();
    expect((await other.run({ code: 'other' })).status).toBe('completed');
    expect(await statusOf(third.id)).toBe('queued');
    await act(tenant.organization.id, 'resume');
    await eventually(async () => (await statusOf(third.id)) === 'completed');
  }, 30_000);
});

describe('organizations: while Redis is away', () => {
  it('are suspended all the same, and held back once it is there', async () => {
    const tenant = await operator.aTenant();
    const { id } = await tenant.submit({ code: '1' }); // no worker takes it
    await stage.redis.kill9();
    expect(await act(tenant.organization.id, 'suspend')).toMatchObject({ status: 'suspended' });
    expect((await tenant.request('GET', '/v1/executions')).status).toBe(403);
    await stage.redis.restart();
    await stage.redisBack(api);
    const worker = await stage.worker(api);
    const other = await operator.aTenant();
    expect((await other.run({ code: 'other' })).status).toBe('completed');
    expect(worker.taken.map(({ job }) => job.execution_id)).not.toContain(id);
    await worker.stop();
  }, 40_000);
});

describe('organizations: of themselves', () => {
  it('are told their name, status and limits', async () => {
    const tenant = await operator.aTenant({ name: 'Curious' });
    const own = OwnOrganization.parse(await bodyOf(await tenant.request('GET', '/v1/organization')));
    expect(own).toMatchObject({
      id: tenant.organization.id,
      name: 'Curious',
      status: 'active',
      isolation: 'organization',
    });
    expect(await bodyOf(await tenant.request('GET', '/v1/organization/limits'))).toEqual(own.limits);
  });

  it('are told the isolation that holds for them', async () => {
    const tenant = await operator.aTenant({ isolation: 'fresh' });
    expect(await bodyOf(await tenant.request('GET', '/v1/organization'))).toMatchObject({ isolation: 'fresh' });
  });

  it('run what asks for no isolation in the one set for them, and cannot loosen it', async () => {
    const tenant = await operator.aTenant();
    expect((await tenant.submit({ code: 'a' })).isolation).toBe('organization');
    await bodyOf(await change(tenant.organization.id, { isolation: 'fresh' }));
    expect((await tenant.submit({ code: 'a' })).isolation).toBe('fresh');
    expect((await tenant.submit({ code: 'a', isolation: 'organization' })).isolation).toBe('fresh');
  });

  it('may run nothing while their interpreter is switched off', async () => {
    const tenant = await operator.aTenant();
    await bodyOf(await change(tenant.organization.id, { interpreter: false }));
    const error = await errorOf(await tenant.post({ code: '1' }));
    expect(error).toMatchObject({ code: 'TOOL_NOT_AVAILABLE', status: 403 });
    expect((await tenant.request('GET', '/v1/executions')).status).toBe(200);
    await bodyOf(await change(tenant.organization.id, { interpreter: true }));
    expect((await tenant.post({ code: '1' })).status).toBe(202);
  });
});

describe('organizations: without a token for operators', () => {
  it('answer as if there were no such calls', async () => {
    const plain = await stage.api();
    const response = await createOperator(plain.url).request('GET', PATH);
    const nowhere = await createOperator(plain.url).request('GET', '/admin/api/nothing');
    expect(response.status).toBe(404);
    expect((await errorOf(response)).code).toBe((await errorOf(nowhere)).code);
  });
});
