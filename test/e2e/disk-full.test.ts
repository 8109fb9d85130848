/** The disk of the database is full: a clear refusal, nothing stays behind, and service goes on once there is room. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { errorOf } from '../helpers/api-client.ts';
import { openStage, type Stage } from '../helpers/api-stage.ts';
import { openSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { echo } from '../helpers/stand-in-worker.ts';

/** A cluster, the databases of the stage and little more. */
const DISK_MIB = 128;

let disk: SmallDisk;
let stage: Stage;

beforeAll(async () => {
  disk = openSmallDisk(DISK_MIB);
  stage = await openStage(disk.path);
}, 60_000);

afterAll(async () => {
  await stage.close();
  disk.close();
}, 30_000);

function fill(): string {
  const file = join(disk.path, 'filler');
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k'], { stdio: 'ignore' });
  } catch {
    // It ends with "no space left": that is the point.
  }
  return file;
}

it('refuses with STORAGE_FULL while the disk is full, and works on when there is room again', async () => {
  const api = await stage.api();
  await stage.worker(api, { script: echo });
  const client = await stage.client(api);
  const filler = fill();
  // Large, and nothing that compresses: it needs new pages, which the full disk cannot give.
  const code = `# ${randomBytes(100_000).toString('hex')}`;
  const refused = await errorOf(await client.post({ code }));
  expect(refused).toMatchObject({ code: 'STORAGE_FULL', status: 503 });
  rmSync(filler);
  expect(await client.run({ code })).toMatchObject({ status: 'completed' });
  const kept = await stage.query('select count(*)::int as count from executions');
  expect(kept).toEqual([{ count: 1 }]);
}, 60_000);
