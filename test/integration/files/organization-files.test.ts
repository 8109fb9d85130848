/** The files of an organization under its own path. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILE_SEARCH_CHARACTERS_MAX, PAGE_NUMBER_MAX, PAGE_SIZE_MAX } from '../../../shared/contracts/limits.ts';
import { OrganizationFile, OrganizationFileList } from '../../../shared/contracts/stored-file.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { formOf, postForm, uploaded } from '../../helpers/uploads.ts';

let stage: Stage;
let api: TestApi;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
}, 30_000);

afterAll(() => stage.close(), 20_000);

const pathOf = ({ organization }: Client) => `/v1/organizations/${organization.id}/files`;
const upload = (client: Client, form: FormData, path = `${pathOf(client)}/upload`) =>
  postForm(api.url, client, form, path);
const list = async (client: Client, query = '') =>
  OrganizationFileList.parse(await (await client.request('GET', `${pathOf(client)}${query}`)).json());

function formWith(field: string, names: readonly string[], fields: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  for (const name of names) form.append(field, new File([name], name));
  for (const [name, value] of Object.entries(fields)) form.append(name, value); // after the files
  return form;
}

describe('files of an organization: upload', () => {
  it('answers one file with itself', async () => {
    const client = await stage.client(api);
    const response = await upload(client, formWith('file', ['a.csv'], { purpose: 'user_upload' }));
    const file = OrganizationFile.parse(await response.json());
    expect(file).toMatchObject({
      name: 'a.csv',
      organizationId: client.organization.id,
      size: 5,
      mimeType: 'text/csv',
      purpose: 'user_upload',
      status: 'uploaded',
      createdBy: client.organization.keyId,
    });
    expect((await client.request('GET', `/v1/files/${file.id}`)).status).toBe(200);
  });

  it('answers several with a list, in their order', async () => {
    const client = await stage.client(api);
    const answer = OrganizationFileList.parse(await (await upload(client, formWith('files', ['c', 'a', 'b']))).json());
    expect(answer.data.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(answer).toMatchObject({ total: 3, page: 1, pageSize: 3 });
  });

  it('stores none of them when one is refused', async () => {
    const client = await stage.client(api);
    const refused = await errorOf(await upload(client, formWith('files', ['fine', 'not/fine'])));
    expect(refused).toMatchObject({ code: 'VALIDATION_ERROR', param: 'files' });
    expect(await list(client)).toMatchObject({ data: [], total: 0 });
  });

  it('takes one field or the other', async () => {
    const client = await stage.client(api);
    const form = formWith('files', ['a']);
    form.append('file', new File(['b'], 'b'));
    expect(await errorOf(await upload(client, form))).toMatchObject({ code: 'VALIDATION_ERROR', param: 'files' });
    expect(await list(client)).toMatchObject({ total: 0 });
  });

  it('is refused under the path of another organization', async () => {
    const [one, other] = [await stage.client(api), await stage.client(api)];
    const refused = await errorOf(await upload(one, formWith('file', ['a']), `${pathOf(other)}/upload`));
    expect(refused).toMatchObject({ code: 'ORGANIZATION_ACCESS_DENIED', status: 403 });
    expect(await errorOf(await one.request('GET', pathOf(other)))).toMatchObject({
      code: 'ORGANIZATION_ACCESS_DENIED',
    });
    expect(await list(other)).toMatchObject({ total: 0 });
  });
});

describe('files of an organization: list', () => {
  it('gives pages by number, newest first', async () => {
    const client = await stage.client(api);
    for (const name of ['1', '2', '3']) await uploaded(api.url, client, name, { name });
    expect(await list(client, '?pageSize=2')).toMatchObject({
      data: [{ name: '3' }, { name: '2' }],
      total: 3,
      page: 1,
      pageSize: 2,
    });
    expect(await list(client, '?pageSize=2&page=2')).toMatchObject({ data: [{ name: '1' }], total: 3 });
    expect(await list(client, '?pageSize=2&page=3')).toMatchObject({ data: [], total: 3 });
  });

  it('finds by purpose and by a part of the name, whatever its case', async () => {
    const client = await stage.client(api);
    await uploaded(api.url, client, '1', { name: 'Report 100%.csv', purpose: 'assistants' });
    await uploaded(api.url, client, '2', { name: 'other.csv', purpose: 'vision' });
    expect((await list(client, '?purpose=vision')).data.map(({ name }) => name)).toEqual(['other.csv']);
    expect((await list(client, '?search=REPORT')).data.map(({ name }) => name)).toEqual(['Report 100%.csv']);
    expect((await list(client, '?search=0%25')).total).toBe(1);
    expect((await list(client, '?search=%25%25')).total).toBe(0);
  });

  it('takes the last page that can be asked for, and the longest search', async () => {
    const client = await stage.client(api);
    const query = `?page=${String(PAGE_NUMBER_MAX)}&pageSize=${String(PAGE_SIZE_MAX)}`;
    expect(await list(client, `${query}&search=${'x'.repeat(FILE_SEARCH_CHARACTERS_MAX)}`)).toMatchObject({ data: [] });
  });

  it.each([
    '?page=0',
    '?page=1001',
    '?pageSize=101',
    '?search=',
    `?search=${'x'.repeat(FILE_SEARCH_CHARACTERS_MAX + 1)}`,
    '?unknown=1',
  ])('refuses %s', async (query) => {
    const client = await stage.client(api);
    expect((await client.request('GET', pathOf(client) + query)).status).toBe(422);
  });
});

describe('files: whose they are', () => {
  it('is nobody else’s business', async () => {
    const [one, other] = [await stage.client(api), await stage.client(api)];
    const file = await uploaded(api.url, one, 'secret');
    for (const [method, path] of [
      ['GET', `/v1/files/${file.id}`],
      ['GET', `/v1/files/${file.id}/content`],
      ['DELETE', `/v1/files/${file.id}`],
      ['GET', `/v1/files?after=${file.id}`],
    ] as const) {
      expect(await errorOf(await other.request(method, path))).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    }
    expect(await (await other.request('GET', '/v1/files')).json()).toMatchObject({ data: [] });
    expect((await one.request('GET', `/v1/files/${file.id}`)).status).toBe(200);
  });

  it('needs a key that may have to do with files', async () => {
    const client = await stage.client(api);
    await stage.query(`update api_keys set scopes = '{executions}' where id = $1`, [client.organization.keyId]);
    const refused = await errorOf(await postForm(api.url, client, formOf('x')));
    expect(refused).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS', details: { scope: 'files' } });
  });
});
