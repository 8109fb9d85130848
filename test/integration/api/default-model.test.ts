import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { Organization, OwnOrganization } from '../../../shared/contracts/organization.ts';
import { createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { createResponseClient } from '../../helpers/response-client.ts';
import { modelSettings } from '../../helpers/response-stage.ts';

const PATH = '/admin/api/organizations';
const OWN = '/v1/organization';
const SETTINGS = { ...modelSettings('http://127.0.0.1:9/v1'), ADMIN_TOKEN };
const RUNS = { inputs: '```python\n1\n```' };

let stage: Stage;
let api: TestApi;
let operator: Operator;
let tenant: Awaited<ReturnType<Operator['aTenant']>>;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api(SETTINGS);
  operator = createOperator(api.url);
  await stage.worker(api);
}, 30_000);

beforeEach(async () => {
  tenant = await operator.aTenant();
});

afterAll(async () => {
  await stage.close();
});

const change = async (body: unknown) => operator.request('PATCH', `${PATH}/${tenant.organization.id}`, { body });
const own = async () => OwnOrganization.parse(await bodyOf(await tenant.request('GET', OWN)));
const changeOwn = async (body: unknown) => tenant.request('PATCH', OWN, { body });

describe('default model', () => {
  it('is set by operators and counts at once', async () => {
    expect((await own()).default_model).toBe('clever');
    expect(Organization.parse(await bodyOf(await change({ default_model: 'direct' }))).default_model).toBe('direct');
    expect((await own()).default_model).toBe('direct');
    expect(await createResponseClient(tenant).make(RUNS)).toMatchObject({ model: 'direct', status: 'completed' });
  });

  it('goes back to that of the service with null, and stays where it is left out', async () => {
    await bodyOf(await change({ default_model: 'direct' }));
    expect(await bodyOf(await change({ name: 'Renamed' }))).toMatchObject({ default_model: 'direct' });
    expect(await bodyOf(await change({ default_model: null }))).toMatchObject({ default_model: null });
    expect((await own()).default_model).toBe('clever');
  });

  it('can be given to a new organization', async () => {
    expect(await operator.createOrganization({ default_model: 'direct' })).toMatchObject({ default_model: 'direct' });
  });

  it('is refused where there is no such model, by name', async () => {
    const created = operator.request('POST', PATH, { body: { name: 'x', default_model: 'none' } });
    for (const answer of [change({ default_model: 'none' }), created, changeOwn({ default_model: 'none' })]) {
      const error = await errorOf(await answer);
      expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param: 'default_model' });
      expect(error.message).toContain('clever, direct');
    }
    expect((await own()).default_model).toBe('clever');
  });

  it('is set by the organization itself, which is written down', async () => {
    expect(OwnOrganization.parse(await bodyOf(await changeOwn({ default_model: 'direct' })))).toMatchObject({
      default_model: 'direct',
    });
    expect(await createResponseClient(tenant).make(RUNS)).toMatchObject({ model: 'direct' });
    const [entry] = await operator.audit({ organization_id: tenant.organization.id });
    expect(entry).toMatchObject({
      ...{ action: 'organization.update', outcome: 'done', details: { default_model: 'direct' } },
      actor: { type: 'key', id: tenant.key.id },
    });
  });

  it('is all that an organization sets for itself', async () => {
    const error = await errorOf(await changeOwn({ default_model: 'direct', interpreter: true }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 422 });
  });

  it('needs a key for the organization itself', async () => {
    const weak = await operator.createKey(tenant.organization.id, { scopes: ['responses'] });
    const answer = await createApiClient(api.url, weak.key).request('PATCH', OWN, { body: { default_model: null } });
    expect(await errorOf(answer)).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS' });
  });

  it('gives way to the service’s where it is not configured any more, and is refused where it is asked for', async () => {
    await bodyOf(await change({ default_model: 'direct' }));
    await stage.query('update organizations set default_model = $1 where id = $2', ['gone', tenant.organization.id]);
    const other = await stage.api(SETTINGS);
    const there = createResponseClient(createApiClient(other.url, tenant.key.key));
    expect(await there.make(RUNS)).toMatchObject({
      ...{ model: 'clever', warnings: [expect.stringContaining('not configured any more')] },
    });
    expect(await errorOf(await there.post({ ...RUNS, model: 'gone' }))).toMatchObject({ param: 'model' });
  });

  it('counts on another process within two seconds', async () => {
    const other = await stage.api(SETTINGS);
    const there = createResponseClient(createApiClient(other.url, tenant.key.key));
    await bodyOf(await change({ default_model: 'direct' }));
    expect(await there.make(RUNS)).toMatchObject({ model: 'direct' });
    await bodyOf(await change({ default_model: null }));
    await eventually(async () => (await there.make(RUNS)).model === 'clever');
  });
});

describe('models', () => {
  const theirs = () => new OpenAI({ baseURL: `${api.url}/v1`, apiKey: tenant.key.key, maxRetries: 0 });

  it('are listed by name, without what they are reached by', async () => {
    const answer = await tenant.request('GET', '/v1/models');
    expect(await answer.json()).toEqual({
      ...{ object: 'list', has_more: false, first_id: 'clever', last_id: 'direct' },
      data: [
        { id: 'clever', object: 'model', created: 0, owned_by: 'openai-compatible' },
        { id: 'direct', object: 'model', created: 0, owned_by: 'built-in' },
      ],
    });
  });

  it('are listed and read by the clients that others publish', async () => {
    const names: string[] = [];
    for await (const { id } of theirs().models.list()) names.push(id);
    expect(names).toEqual(['clever', 'direct']);
    expect(await theirs().models.retrieve('clever')).toMatchObject({ id: 'clever', owned_by: 'openai-compatible' });
    await expect(theirs().models.retrieve('a/b')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('need a key for responses', async () => {
    const weak = await operator.createKey(tenant.organization.id, { scopes: ['files'] });
    const answer = await createApiClient(api.url, weak.key).request('GET', '/v1/models');
    expect(await errorOf(answer)).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS', details: { scope: 'responses' } });
  });
});
