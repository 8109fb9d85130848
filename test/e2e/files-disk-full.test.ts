/** The disk of the files is full: a clear refusal, nothing stays behind, and service goes on once there is room. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { errorOf } from '../helpers/api-client.ts';
import { openStage, type Stage } from '../helpers/api-stage.ts';
import { openSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { formOf, postForm, uploaded } from '../helpers/uploads.ts';

const DISK_MIB = 4;

let disk: SmallDisk;
let stage: Stage;

beforeAll(async () => {
  disk = openSmallDisk(DISK_MIB);
  stage = await openStage();
}, 60_000);

afterAll(async () => {
  await stage.close();
  disk.close();
}, 30_000);

it('refuses with FILE_STORAGE_UNAVAILABLE what has no room, and takes what has', async () => {
  const api = await stage.api({ FILES_DIRECTORY: disk.path });
  const client = await stage.client(api);
  const refused = await postForm(api.url, client, formOf(randomBytes((DISK_MIB + 1) * 1024 * 1024)));
  expect(await errorOf(refused)).toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE', status: 503 });
  expect(readdirSync(disk.path, { recursive: true })).toEqual(['tmp']);
  expect(await stage.query('select sha256 from blobs')).toEqual([]);
  const content = randomBytes((DISK_MIB - 1) * 1024 * 1024);
  const file = await uploaded(api.url, client, content);
  const read = await (await client.request('GET', `/v1/files/${file.id}/content`)).arrayBuffer();
  expect(Buffer.from(read).equals(content)).toBe(true);
}, 30_000);
