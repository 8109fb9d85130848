/** What files have in common: one content for the same bytes, within a quota, for as long as somebody refers to it. */
import { randomBytes } from 'node:crypto';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrganizationId } from '../../../shared/contracts/ids.ts';
import { FILES_PER_ORGANIZATION_MAX } from '../../../shared/contracts/limits.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import type { StoredFile } from '../../../shared/contracts/stored-file.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { formOf, postForm, uploaded } from '../../helpers/uploads.ts';

/** The reconciler looks every 5 s for contents that nobody refers to. */
const SWEPT = { intervalMs: 100 };

let stage: Stage;
let api: TestApi;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
}, 30_000);

afterAll(() => stage.close(), 20_000);

const placeOf = ({ organization }: Client, { sha256 }: StoredFile) =>
  join(stage.filesDirectory, organization.id, sha256);
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
const remove = (client: Client, { id }: StoredFile) => client.request('DELETE', `/v1/files/${id}`);
const contentsOf = ({ organization }: Client) =>
  stage.query('select sha256, state, size_bytes from blobs where organization_id = $1', [organization.id]);

async function withQuota(bytes: number): Promise<Client> {
  const client = await stage.client(api);
  const quotas = JSON.stringify({ storage_bytes_max: bytes });
  await stage.query('update organizations set quotas = $2 where id = $1', [client.organization.id, quotas]);
  return client;
}

/** An open execution that was given the file, straight in the database. */
async function openExecution({ organization }: Client, { sha256 }: StoredFile): Promise<string> {
  const id = newId('exec');
  await stage.query(
    `insert into executions (id, organization_id, status, language, code, stdin, timeout_ms, memory_mb, isolation, metadata,
      input_bytes, started_at) values ($1, $2, 'running', 'python', '', '', 30000, 512, 'organization', '{}', 0, clock_timestamp())`,
    [id, organization.id],
  );
  await stage.query('insert into execution_files values ($1, $2, $3)', [id, organization.id, sha256]);
  return id;
}

describe('contents: the same bytes', () => {
  it('are kept once for an organization, and go with their last file', async () => {
    const client = await stage.client(api);
    const content = randomBytes(1_000);
    const [one, other] = [await uploaded(api.url, client, content), await uploaded(api.url, client, content)];
    expect(await contentsOf(client)).toHaveLength(1);
    await remove(client, one);
    expect(await isThere(placeOf(client, other))).toBe(true);
    await remove(client, other);
    expect(await isThere(placeOf(client, other))).toBe(false);
    expect(await contentsOf(client)).toEqual([]);
  });

  it('are kept for each organization of its own', async () => {
    const [one, other] = [await stage.client(api), await stage.client(api)];
    const content = randomBytes(1_000);
    const [ofOne, ofOther] = [await uploaded(api.url, one, content), await uploaded(api.url, other, content)];
    await remove(one, ofOne);
    expect(await isThere(placeOf(other, ofOther))).toBe(true);
  });

  it('can come at once, in one upload and in several', async () => {
    const client = await stage.client(api);
    const content = randomBytes(100_000);
    const several = new FormData();
    for (const name of ['a', 'b', 'c']) several.append('files', new File([content], name));
    const path = `/v1/organizations/${client.organization.id}/files/upload`;
    const answers = await Promise.all([
      postForm(api.url, client, several, path),
      postForm(api.url, client, formOf(content)),
      postForm(api.url, client, formOf(content)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await contentsOf(client)).toMatchObject([{ state: 'stored', size_bytes: content.length }]);
    expect(await stage.query('select id from files where organization_id = $1', [client.organization.id])).toHaveLength(
      5,
    );
  });
});

describe('contents: quota', () => {
  it('takes what fits in exactly, and not one byte more', async () => {
    const client = await withQuota(1_000);
    await uploaded(api.url, client, randomBytes(1_000));
    const refused = await errorOf(await postForm(api.url, client, formOf('x')));
    expect(refused).toMatchObject({
      code: 'STORAGE_QUOTA_EXCEEDED',
      status: 413,
      details: { limit_bytes: 1_000, used_bytes: 1_000, needed_bytes: 1 },
    });
  });

  it('counts the same content once', async () => {
    const client = await withQuota(1_000);
    const content = randomBytes(1_000);
    await uploaded(api.url, client, content, { name: 'a' });
    await expect(uploaded(api.url, client, content, { name: 'b' })).resolves.toMatchObject({ filename: 'b' });
  });

  it('has room again once a file is deleted', async () => {
    const client = await withQuota(1_000);
    await remove(client, await uploaded(api.url, client, randomBytes(1_000)));
    await expect(uploaded(api.url, client, randomBytes(1_000))).resolves.toBeDefined();
  });

  it('holds for uploads that come at once', async () => {
    const client = await withQuota(2_500);
    const answers = await Promise.all([1, 2, 3, 4].map(() => postForm(api.url, client, formOf(randomBytes(1_000)))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 413, 413]);
    expect(await contentsOf(client)).toHaveLength(2);
  });

  it('leaves nothing of what it refuses', async () => {
    const client = await withQuota(10);
    await postForm(api.url, client, formOf(randomBytes(1_000)));
    expect(await contentsOf(client)).toEqual([]);
    expect(await readdir(join(stage.filesDirectory, 'tmp'))).toEqual([]);
  });

  it('bounds how many files there are', async () => {
    const client = await stage.client(api);
    const { sha256 } = await uploaded(api.url, client, 'the same');
    const fill = `insert into files (id, organization_id, sha256, name, mime_type, purpose, size_bytes)
      select 'file_' || lpad(n::text, 20, '0'), $1, $2, 'x', 'text/plain', 'x', 8 from generate_series(1, $3::int) n`;
    await stage.query(fill, [client.organization.id, sha256, FILES_PER_ORGANIZATION_MAX - 2]);
    expect((await postForm(api.url, client, formOf('the same'))).status).toBe(200);
    expect(await errorOf(await postForm(api.url, client, formOf('the same')))).toMatchObject({
      code: 'STORAGE_QUOTA_EXCEEDED',
      details: { limit_files: FILES_PER_ORGANIZATION_MAX },
    });
  });
});

describe('contents: executions', () => {
  it('stay for an open execution whose file is deleted, and go when it has ended', async () => {
    const client = await stage.client(api);
    const file = await uploaded(api.url, client, randomBytes(1_000));
    const execution = await openExecution(client, file);
    await remove(client, file);
    expect(await isThere(placeOf(client, file))).toBe(true);
    expect(await contentsOf(client)).toMatchObject([{ state: 'released' }]);
    await stage.query(
      `update executions set status = 'completed', exit_reason = 'ok', finished_at = clock_timestamp() where id = $1`,
      [execution],
    );
    await eventually(async () => !(await isThere(placeOf(client, file))), SWEPT);
    await eventually(async () => (await contentsOf(client)).length === 0);
  });

  it('are a file’s again when the same is uploaded meanwhile', async () => {
    const client = await stage.client(api);
    const content = randomBytes(1_000);
    const file = await uploaded(api.url, client, content);
    await openExecution(client, file);
    await remove(client, file);
    await uploaded(api.url, client, content);
    expect(await contentsOf(client)).toMatchObject([{ state: 'stored' }]);
  });
});

describe('contents: what broken uploads left', () => {
  it('goes when its reservation is old', async () => {
    const client = await stage.client(api);
    const { id } = client.organization;
    const insert = `insert into blobs (organization_id, sha256, size_bytes, state, created_at)
      values ($1, $2, 1, 'reserved', clock_timestamp() - $3::interval)`;
    await stage.query(insert, [id, 'a'.repeat(64), '2 hours']);
    await stage.query(insert, [id, 'b'.repeat(64), '1 minute']);
    await eventually(async () => (await contentsOf(client)).length === 1, SWEPT);
    expect(await contentsOf(client)).toMatchObject([{ sha256: 'b'.repeat(64) }]);
  });
});

describe('contents: an organization that is deleted', () => {
  it('has no more of them, and takes in no new ones', async () => {
    const client = await stage.client(api);
    const id = OrganizationId.parse(client.organization.id);
    const files = [];
    for (const name of ['a', 'b', 'c']) files.push(await uploaded(api.url, client, randomBytes(1_000), { name }));
    await openExecution(client, files[0] ?? (await uploaded(api.url, client, '')));
    await stage.query('insert into blobs values ($1, $2, 1, $3)', [id, 'c'.repeat(64), 'reserved']);
    await stage.query(`update organizations set status = 'deleting' where id = $1`, [id]);
    const late = await postForm(api.url, client, formOf('late')); // its key is remembered for 2 s
    expect(await errorOf(late)).toMatchObject({ code: 'ORGANIZATION_DELETING' });
    await api.services.blobs.removeAllOf(id);
    expect(await contentsOf(client)).toEqual([]);
    expect(await readdir(stage.filesDirectory)).not.toContain(id);
  });
});
