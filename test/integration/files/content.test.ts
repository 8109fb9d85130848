import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredFile } from '../../../shared/contracts/stored-file.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { startS3, type TestS3 } from '../../helpers/s3.ts';
import { uploaded } from '../../helpers/uploads.ts';

let stage: Stage;
let s3: TestS3;

beforeAll(async () => {
  [stage, s3] = await Promise.all([openStage(), startS3()]);
  Object.assign(process.env, s3.credentials);
}, 30_000);

afterAll(async () => {
  await Promise.all([stage.close(), s3.stop()]);
});

/** Where the bytes of a file lie. */
const inDirectory = (client: Client, { sha256 }: StoredFile) =>
  join(stage.filesDirectory, client.organization.id, sha256);
const inS3 = (client: Client, { sha256 }: StoredFile) => s3.objectFile(`${client.organization.id}/${sha256}`);
const s3Environment = () => ({ FILES_STORAGE: 's3', S3_BUCKET: s3.bucket, S3_ENDPOINT: s3.endpoint });

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await file.close();
}

describe.each([
  ['directory', () => ({}), inDirectory],
  ['S3', s3Environment, inS3],
])('file content: kept in %s', (_kind, environment, placeOf) => {
  let api: TestApi;
  let client: Client;

  beforeAll(async () => {
    api = await stage.api(environment());
    client = await stage.client(api);
  }, 30_000);

  const contentOf = ({ id }: Pick<StoredFile, 'id'>, headers: Record<string, string> = {}, method = 'GET') =>
    client.request(method, `/v1/files/${id}/content`, { headers });

  it('is what was uploaded, as a download that nobody guesses at', async () => {
    const content = randomBytes(7_000_000);
    const file = await uploaded(api.url, client, content, { name: 'Sälze 2024.html', type: 'text/html' });
    const response = await contentOf(file);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': String(content.length),
      'content-type': 'text/html',
      'content-disposition': `attachment; filename="S?lze 2024.html"; filename*=UTF-8''S%C3%A4lze%202024.html`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
      'accept-ranges': 'bytes',
    });
  });

  it('may be nothing', async () => {
    const response = await contentOf(await uploaded(api.url, client, ''));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=0-999', '0123456789', 'bytes 0-9/10'],
    ['bytes=-999', '0123456789', 'bytes 0-9/10'],
  ])('answers the range %s', async (range, text, contentRange) => {
    const response = await contentOf(await uploaded(api.url, client, '0123456789'), { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(await response.text()).toBe(text);
  });

  it.each(['bytes=0-1,4-5', 'bytes=a-b', 'bytes=5-2', 'bytes=-', 'items=0-1', `bytes=${'0'.repeat(200)}-`])(
    'answers with the whole what is no single range: %s',
    async (range) => {
      const response = await contentOf(await uploaded(api.url, client, '0123456789'), { range });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('0123456789');
    },
  );

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('refuses a range behind the end: %s', async (range) => {
    const response = await contentOf(await uploaded(api.url, client, '0123456789'), { range });
    expect(response.headers.get('content-range')).toBe('bytes */10');
    expect(await errorOf(response)).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE', status: 416 });
  });

  it('honours a range only of the content that it is of', async () => {
    const file = await uploaded(api.url, client, '0123456789');
    const range = 'bytes=0-1';
    expect((await contentOf(file, { range, 'if-range': `"${file.sha256}"` })).status).toBe(206);
    expect((await contentOf(file, { range, 'if-range': '"other"' })).status).toBe(200);
  });

  it('is not sent to whoever has it', async () => {
    const file = await uploaded(api.url, client, '0123456789');
    const response = await contentOf(file, { 'if-none-match': `"${file.sha256}"` });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });

  it('answers HEAD with the same head and nothing else', async () => {
    const file = await uploaded(api.url, client, '0123456789');
    const response = await contentOf(file, { range: 'bytes=0-3' }, 'HEAD');
    expect(response.status).toBe(206);
    expect(response.headers.get('content-length')).toBe('4');
    expect(await response.text()).toBe('');
  });

  it.each([
    ['at its beginning', 0],
    ['at its end', 999_999],
  ])('ends before it is complete when a byte is damaged %s', async (_where, at) => {
    const file = await uploaded(api.url, client, randomBytes(1_000_000));
    await flipByte(placeOf(client, file), at);
    const response = await contentOf(file);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  it('is whole again once the same was uploaded anew', async () => {
    const content = randomBytes(1_000);
    const file = await uploaded(api.url, client, content);
    await flipByte(placeOf(client, file), 5);
    await uploaded(api.url, client, content);
    expect(Buffer.from(await (await contentOf(file)).arrayBuffer()).equals(content)).toBe(true);
  });

  it('tells so when it is missing', async () => {
    const file = await uploaded(api.url, client, randomBytes(100));
    await rm(placeOf(client, file));
    expect(await errorOf(await contentOf(file))).toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE', status: 503 });
  });

  it('is gone with its file', async () => {
    const file = await uploaded(api.url, client, randomBytes(100));
    const place = placeOf(client, file);
    expect((await client.request('DELETE', `/v1/files/${file.id}`)).status).toBe(200);
    await expect(open(place)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await contentOf(file)).status).toBe(404);
  });
});

describe('file content: in the directory', () => {
  it('leaves nothing staged', async () => {
    const api = await stage.api();
    await uploaded(api.url, await stage.client(api), 'x');
    expect(await readdir(join(stage.filesDirectory, 'tmp'))).toEqual([]);
  });
});
