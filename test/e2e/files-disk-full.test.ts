/** The disk of the files is full: a clear refusal, nothing stays behind, and service goes on once there is room. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { errorOf } from '../helpers/api-client.ts';
import { openStage, type Stage } from '../helpers/api-stage.ts';
import { formOf, postForm, uploaded } from '../helpers/uploads.ts';

const DISK_MIB = 4;

let disk: string;
let stage: Stage;

beforeAll(async () => {
  disk = mkdtempSync(join(tmpdir(), 'small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(DISK_MIB)}m`, 'tmpfs', disk]);
  stage = await openStage();
}, 60_000);

afterAll(async () => {
  await stage.close();
  execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true });
}, 30_000);

it('refuses with FILE_STORAGE_UNAVAILABLE what has no room, and takes what has', async () => {
  const api = await stage.api({ FILES_DIRECTORY: disk });
  const client = await stage.client(api);
  const refused = await postForm(api.url, client, formOf(randomBytes((DISK_MIB + 1) * 1024 * 1024)));
  expect(await errorOf(refused)).toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE', status: 503 });
  expect(readdirSync(disk, { recursive: true })).toEqual(['tmp']);
  expect(await stage.query('select sha256 from blobs')).toEqual([]);
  const content = randomBytes((DISK_MIB - 1) * 1024 * 1024);
  const file = await uploaded(api.url, client, content);
  const read = await (await client.request('GET', `/v1/files/${file.id}/content`)).arrayBuffer();
  expect(Buffer.from(read).equals(content)).toBe(true);
}, 30_000);
