import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Assistant, AssistantList } from '../../../shared/contracts/assistant.ts';
import { ASSISTANTS_PER_ORGANIZATION_MAX } from '../../../shared/contracts/limits.ts';
import { SystemToolList } from '../../../shared/contracts/system-tool.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { callsCode, says, startModelServer, type ModelServer } from '../../helpers/model-server.ts';
import { createResponseClient } from '../../helpers/response-client.ts';
import { PACKAGES } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let provider: ModelServer;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  provider = await startModelServer();
  const clever = { provider: 'openai-compatible', base_url: provider.url, model: 'clever-1' };
  const other = { ...clever, model: 'other-1' };
  api = await stage.api({ MODELS: JSON.stringify({ clever, other }), MODEL_DEFAULT: 'clever' });
  await stage.worker(api);
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
  await provider.stop();
});

async function created(body: object, by = client): Promise<Assistant> {
  const answer = await by.request('POST', '/v1/assistants', { body: { name: 'Analyst', ...body } });
  expect(answer.status).toBe(201);
  return Assistant.parse(await answer.json());
}

const change = (id: string, body: object) => client.request('PATCH', `/v1/assistants/${id}`, { body });
const read = (id: string, by = client) => by.request('GET', `/v1/assistants/${id}`);

describe('assistants', () => {
  it('are created, read, changed and deleted', async () => {
    const made = await created({ instructions: 'Be brief.', tools: [{ type: 'code_interpreter', mode: 'on' }] });
    expect(made).toMatchObject({
      ...{ object: 'assistant', name: 'Analyst', instructions: 'Be brief.', model: null, warnings: [] },
      tools: [{ type: 'code_interpreter', mode: 'on', outputs: true }],
    });
    const changed = Assistant.parse(await (await change(made.id, { temperature: 0.5, metadata: { a: 'b' } })).json());
    expect(changed).toMatchObject({
      instructions: 'Be brief.',
      temperature: 0.5,
      metadata: { a: 'b' },
      tools: made.tools,
    });
    expect({ ...Assistant.parse(await (await read(made.id)).json()), warnings: [] }).toEqual(changed);
    expect(await (await client.request('DELETE', `/v1/assistants/${made.id}`)).json()).toEqual({
      ...{ id: made.id, object: 'assistant', deleted: true },
    });
    expect(await errorOf(await read(made.id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [{ tool_configurations: { systemTools: { codeInterpreter: { mode: 'off', outputs: false } } } }, 'off', false],
    [{ system_tools: { code_interpreter: { enabled: true } } }, 'auto', true],
  ])('take the tool as %j', async (body, mode, outputs) => {
    expect((await created(body)).tools).toEqual([{ type: 'code_interpreter', mode, outputs }]);
  });

  it('take what is set away by null', async () => {
    const { id } = await created({ model: 'other', tools: [{ type: 'code_interpreter' }] });
    expect(await (await change(id, { model: null, tools: null })).json()).toMatchObject({ model: null, tools: [] });
  });

  it('are listed, the newest first', async () => {
    const other = await stage.client(api);
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.unshift((await created({ name }, other)).id);
    const page = AssistantList.parse(await (await other.request('GET', '/v1/assistants?limit=2')).json());
    expect(page).toMatchObject({ has_more: true, data: [{ id: ids[0] }, { id: ids[1] }] });
    const rest = await other.request('GET', `/v1/assistants?after=${page.last_id ?? ''}`);
    expect(AssistantList.parse(await rest.json())).toMatchObject({ has_more: false, data: [{ id: ids[2] }] });
  });

  it('are told what is not known', async () => {
    expect((await created({ mood: 'good', tools: [{ type: 'web_search' }] })).warnings).toEqual([
      expect.stringContaining('mood'),
      expect.stringContaining('web_search'),
    ]);
  });

  it.each([
    [{ model: 'none' }, 'model'],
    [{ name: '' }, 'name'],
    [{ temperature: 3 }, 'temperature'],
    [{ tools: [{ type: 'code_interpreter', mode: 'x' }] }, 'tools.0.mode'],
  ])('refuse %j', async (body, param) => {
    const answer = await client.request('POST', '/v1/assistants', { body: { name: 'A', ...body } });
    expect(await errorOf(answer)).toMatchObject({ code: 'VALIDATION_ERROR', param });
  });

  it('are as many as an organization may have, and no more', async () => {
    const full = await stage.client(api);
    await stage.query(
      `insert into assistants (id, organization_id, name)
        select 'asst_' || lpad(n::text, 20, '0'), $1, 'A' from generate_series(2, $2::int) n`,
      [full.organization.id, ASSISTANTS_PER_ORGANIZATION_MAX],
    );
    const { id } = await created({}, full);
    const body = { name: 'One more' };
    expect(await errorOf(await full.request('POST', '/v1/assistants', { body }))).toMatchObject({
      ...{ code: 'TOO_MANY_ASSISTANTS', status: 409, details: { limit: ASSISTANTS_PER_ORGANIZATION_MAX } },
    });
    await full.request('DELETE', `/v1/assistants/${id}`);
    await created(body, full);
  });

  it('belong to their organization', async () => {
    const { id } = await created({});
    const stranger = await stage.client(api);
    expect((await read(id, stranger)).status).toBe(404);
    const asked = createResponseClient(stranger).post({ assistant_id: id, inputs: 'Hi' });
    expect(await errorOf(await asked)).toMatchObject({ code: 'NOT_FOUND', param: 'assistant_id' });
  });
});

describe('assistants: responses', () => {
  it('take as many steps as their assistant grants', async () => {
    const { id } = await created({ model: 'other', max_steps: 1, tools: [{ type: 'code_interpreter', mode: 'auto' }] });
    provider.use(callsCode('1'), says('2'));
    const made = await createResponseClient(client).make({ assistant_id: id, inputs: 'Hi' });
    expect(made).toMatchObject({ status: 'incomplete', error: { code: 'STEPS_EXHAUSTED' } });
  });

  it('go by their assistant, and the request goes before it', async () => {
    const { id } = await created({
      ...{ instructions: 'Be brief.', model: 'other', temperature: 0.25, max_output_tokens: 50 },
      tools: [{ type: 'code_interpreter', mode: 'auto' }],
    });
    const responses = createResponseClient(client);
    provider.use(says('1'), says('2'));
    const first = await responses.make({ assistant_id: id, inputs: 'Hi', instructions: 'Rhyme.' });
    expect(first).toMatchObject({ assistant_id: id, model: 'other' });
    expect(provider.requests[0]).toMatchObject({ model: 'other-1', temperature: 0.25, max_tokens: 50 });
    expect(provider.requests[0]?.messages[0]?.content).toMatch(/Be brief\.[^]*Rhyme\./);
    expect(provider.requests[0]?.tools).toHaveLength(1);
    const off = { ...{ assistant_id: id, inputs: 'Hi', model: 'clever', temperature: 1 } };
    await responses.make({ ...off, tools: [{ type: 'code_interpreter', mode: 'off' }] });
    expect(provider.requests[1]).toMatchObject({ model: 'clever-1', temperature: 1 });
    expect(provider.requests[1]?.tools).toBeUndefined();
  });

  it('stay when their assistant is deleted', async () => {
    const { id } = await created({});
    const responses = createResponseClient(client);
    provider.use(says('1'));
    const made = await responses.make({ assistant_id: id, inputs: 'Hi' });
    await client.request('DELETE', `/v1/assistants/${id}`);
    expect(await responses.read(made.id)).toMatchObject({ assistant_id: id, status: 'completed' });
  });

  it('take the model of the organization before that of the service', async () => {
    const other = await stage.client(api);
    await stage.query(`update organizations set default_model = 'other' where id = $1`, [other.organization.id]);
    provider.use(says('1'));
    expect(await createResponseClient(other).make({ inputs: 'Hi' })).toMatchObject({ model: 'other' });
  });

  it('need a key with their scope', async () => {
    const other = await stage.client(api);
    await stage.query(`update api_keys set scopes = '{executions}' where organization_id = $1`, [
      other.organization.id,
    ]);
    expect(await errorOf(await createResponseClient(other).post({ inputs: 'Hi' }))).toMatchObject({
      ...{ code: 'INSUFFICIENT_PERMISSIONS', details: { scope: 'responses' } },
    });
  });
});

describe('system tools', () => {
  it('are described with modes, limits and packages', async () => {
    const list = SystemToolList.parse(await (await client.request('GET', '/v1/system-tools')).json());
    expect(list.data).toMatchObject([
      {
        ...{ toolKey: 'codeInterpreter', category: 'computation', isAvailable: true, packages: PACKAGES },
        capabilities: { modes: ['on', 'off', 'auto'] },
        limits: { timeout_ms: 30_000 },
        modelCompatibility: ['clever', 'other', 'direct'],
      },
    ]);
  });
});
