/** What operators' pages ask for: the export, the playground, files, responses, settings. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssistantList } from '../../../shared/contracts/assistant.ts';
import { OperatorExecution } from '../../../shared/contracts/operator-execution.ts';
import { OperatorResponse, OperatorResponseList } from '../../../shared/contracts/operator-response.ts';
import { ServiceSettings } from '../../../shared/contracts/operator-settings.ts';
import { StoredFile } from '../../../shared/contracts/stored-file.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { echo } from '../../helpers/stand-in-worker.ts';
import { formOf } from '../../helpers/uploads.ts';

let stage: Stage;
let api: TestApi;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  await stage.worker(api, { script: echo });
  operator = createOperator(api.url);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const csv = (query: Readonly<Record<string, string>>) =>
  operator.request('GET', `/admin/api/executions.csv?${String(new URLSearchParams(query))}`);

describe('operator pages: export', () => {
  it('has every execution that the filter names once, over several batches, newest first', async () => {
    const { organization } = await stage.client(api);
    await stage.query(
      `insert into executions (id, organization_id, code, timeout_ms, memory_mb, isolation, input_bytes, created_at)
        select 'exec_' || lpad(n::text, 20, '0'), $1, 'x', 1000, 512, 'organization', 1,
          now() + (n / 10) * interval '1 microsecond' from generate_series(1, 2500) n`,
      [organization.id],
    );
    const lines = (await (await csv({ organization_id: organization.id, status: 'queued' })).text()).split('\r\n');
    expect(lines[0]).toMatch(/^id,organization_id,status,/);
    expect(lines.slice(1, -1).map((line) => Number(line.slice('exec_'.length, 25)))).toEqual(
      Array.from({ length: 2_500 }, (_none, at) => 2_500 - at),
    );
    expect(lines.at(-1)).toBe('');
  });

  it('is a download', async () => {
    const response = await csv({ organization_id: newId('org') });
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="executions.csv"');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect((await response.text()).split('\r\n')).toHaveLength(2);
  });

  it('makes a text of a cell that would be a formula', async () => {
    const { organization } = await stage.client(api);
    await aRow(stage, organization.id, { worker_id: '=HYPERLINK("https://evil.example","x")' });
    const text = await (await csv({ organization_id: organization.id })).text();
    expect(text).toContain(`,"'=HYPERLINK(""https://evil.example"",""x"")",`);
  });

  it('refuses a filter that the list refuses', async () => {
    expect(await errorOf(await csv({ status: 'tired' }))).toMatchObject({ code: 'VALIDATION_ERROR', param: 'status' });
  });
});

describe('operator pages: playground', () => {
  const run = (body: object) => operator.request('POST', '/admin/api/executions', { body });

  it('runs code as an execution of the organization, which sees that it was not its own', async () => {
    const client = await stage.client(api);
    const taken = OperatorExecution.parse(
      await bodyOf(await run({ organization_id: client.organization.id, code: 'print(1)' }), 202),
    );
    expect(taken).toMatchObject({ organization_id: client.organization.id, metadata: { playground: 'true' } });
    await eventually(async () => (await client.read(taken.id)).status === 'completed');
    const [entry] = await operator.audit({ organization_id: client.organization.id, action: 'execution.run' });
    expect(entry).toMatchObject({ outcome: 'done', details: { execution_id: taken.id } });
  });

  it('keeps within the quotas of the organization', async () => {
    const { organization } = await stage.client(api);
    await operator.request('PUT', `/admin/api/organizations/${organization.id}/quotas`, {
      body: { timeout_ms_max: 500 },
    });
    const response = await run({ organization_id: organization.id, code: 'x', timeout_ms: 1_000 });
    expect(await errorOf(response)).toMatchObject({ code: 'VALIDATION_ERROR', param: 'timeout_ms' });
  });

  it('runs nothing for a suspended organization, until it is resumed', async () => {
    const { organization } = await stage.client(api);
    const path = `/admin/api/organizations/${organization.id}`;
    const body = { organization_id: organization.id, code: 'x' };
    await bodyOf(await operator.request('POST', `${path}/suspend`));
    expect(await errorOf(await run(body))).toMatchObject({ code: 'ORGANIZATION_SUSPENDED', status: 403 });
    expect(await operator.audit({ organization_id: organization.id, action: 'execution.run' })).toMatchObject([
      { outcome: 'denied', details: { code: 'ORGANIZATION_SUSPENDED' } },
    ]);
    await bodyOf(await operator.request('POST', `${path}/resume`));
    await bodyOf(await run(body), 202);
  });

  it('knows no organization that is none', async () => {
    expect(await errorOf(await run({ organization_id: newId('org'), code: 'x' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['isolation', 'callback_url', 'metadata'])('lets nobody set %s', async (field) => {
    const { organization } = await stage.client(api);
    const response = await run({ organization_id: organization.id, code: 'x', [field]: 'fresh' });
    expect(await errorOf(response)).toMatchObject({ code: 'VALIDATION_ERROR' });
  });
});

describe('operator pages: files', () => {
  it('takes a file in, lists it, gives it to code and deletes it', async () => {
    const client = await stage.client(api);
    const path = `/admin/api/organizations/${client.organization.id}/files`;
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const uploading = await fetch(api.url + path, { method: 'POST', headers, body: formOf('a,b', { name: 'x.csv' }) });
    const file = StoredFile.parse(await bodyOf(uploading));
    const list = Object(await bodyOf(await operator.request('GET', path)));
    expect(
      StoredFile.array()
        .parse(list.data)
        .map(({ id, filename }) => [id, filename]),
    ).toEqual([[file.id, 'x.csv']]);
    const body = { organization_id: client.organization.id, code: 'x', files: [{ file_id: file.id }] };
    const ran = OperatorExecution.parse(
      await bodyOf(await operator.request('POST', '/admin/api/executions', { body }), 202),
    );
    expect(ran.files).toMatchObject([{ file_id: file.id }]);
    await bodyOf(await operator.request('DELETE', `${path}/${file.id}`));
    expect(Object(await bodyOf(await operator.request('GET', path))).data).toEqual([]);
    const actions = (await operator.audit({ organization_id: client.organization.id })).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['file.upload', 'file.delete']));
  });

  it('knows no files of an organization that is none', async () => {
    const response = await operator.request('GET', `/admin/api/organizations/${newId('org')}/files`);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('operator pages: responses', () => {
  const list = async (query: Readonly<Record<string, string>>) =>
    OperatorResponseList.parse(
      await bodyOf(await operator.request('GET', `/admin/api/responses?${String(new URLSearchParams(query))}`)),
    );

  async function aResponse(organizationId: string, columns: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const request = {
      code: { mode: 'auto', outputs: false },
      instructions: 'Be brief.',
      guidance: '',
      temperature: null,
    };
    const row = {
      id: newId('resp'),
      organization_id: organizationId,
      model: 'clever',
      status: 'completed',
      background: false,
      request: JSON.stringify({ ...request, outputTokensMax: null, stepsMax: 10, live: false }),
      input: JSON.stringify([{ role: 'user', parts: [{ type: 'text', text: 'What?' }] }]),
      messages: '[]',
      ...columns,
    };
    const names = Object.keys(row);
    const places = names.map((_name, at) => `$${String(at + 1)}`).join(', ');
    await stage.query(`insert into responses (${names.join(', ')}) values (${places})`, Object.values(row));
    return row.id;
  }

  it.each(['organization_id', 'status', 'model'] as const)('narrows by %s', async (by) => {
    const [one, other] = [(await stage.client(api)).organization.id, (await stage.client(api)).organization.id];
    const query = { organization_id: one, status: 'failed', model: `model-${by}` };
    const id = await aResponse(one, { status: query.status, model: query.model });
    await aResponse(other);
    const found = await list({ [by]: query[by] });
    expect(found.data.map((response) => response.id)).toContain(id);
    expect(found.data.every((response) => response[by] === query[by])).toBe(true);
  });

  it('shows a conversation: what was said, what ran, what came before; and writes down who looked', async () => {
    const { organization } = await stage.client(api);
    const first = await aResponse(organization.id);
    const second = await aResponse(organization.id, { previous_response_id: first });
    const execution = await aRow(stage, organization.id, { response_id: second, wall_ms: 12 });
    const call = { type: 'code_interpreter_call', id: 'ci_1', status: 'completed', code: 'x', execution_id: execution };
    const outputs = [{ type: 'text', text: 'shown' }];
    const items = JSON.stringify([{ ...call, outputs }]);
    const third = await aResponse(organization.id, { previous_response_id: second, items });
    const read = async (id: string) =>
      OperatorResponse.parse(await bodyOf(await operator.request('GET', `/admin/api/responses/${id}`)));
    expect(await read(third)).toMatchObject({
      instructions: 'Be brief.',
      earlier_ids: [first, second],
      input: [{ role: 'user', content: [{ type: 'text', text: 'What?' }] }],
      output: [{ outputs }],
    });
    expect((await read(second)).runs).toMatchObject([{ execution_id: execution, wall_ms: 12 }]);
    const [entry] = await operator.audit({ organization_id: organization.id, action: 'response.read' });
    expect(entry).toMatchObject({ target_id: second });
  });

  it('lists the assistants of an organization', async () => {
    const client = await stage.client(api);
    await client.request('POST', '/v1/assistants', { body: { name: 'Analyst' } });
    const path = `/admin/api/organizations/${client.organization.id}/assistants`;
    const { data } = AssistantList.parse(await bodyOf(await operator.request('GET', path)));
    expect(data.map(({ name }) => name)).toEqual(['Analyst']);
  });
});

describe('operator pages: settings', () => {
  it('tells what counts, what bounds it and of which versions it is', async () => {
    const told = ServiceSettings.parse(await bodyOf(await operator.request('GET', '/admin/api/settings')));
    expect(told.settings.find(({ name }) => name === 'ADMIN_TOKEN')).toMatchObject({ value: null, state: 'hidden' });
    expect(told.settings.find(({ name }) => name === 'RETENTION_DAYS')).toMatchObject({ value: 30, state: 'default' });
    expect(told.limits).toContainEqual({ name: 'TIMEOUT_MS_MAX', value: 30_000 });
    expect(told.versions.postgresql).toMatch(/^\d+/);
    expect(told.versions.redis).toMatch(/^\d+/);
    expect(told.packages?.python).toBe('3.13.5');
    expect(JSON.stringify(told)).not.toContain(ADMIN_TOKEN);
  });
});
