import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, describe } from '@jest/globals';
import { createApiClient } from '../../helpers/api-client.ts';
import { startApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { serverProgram } from '../../helpers/postgres.ts';
import { echo, startStandInWorker } from '../../helpers/stand-in-worker.ts';

const NAMESPACE = 'restored';

let stage: Stage;
let directory: string;

beforeAll(async () => {
  stage = await openStage();
  directory = mkdtempSync(join(tmpdir(), 'ci-backup-'));
}, 30_000);

afterAll(async () => {
  await stage.close();
  rmSync(directory, { recursive: true, force: true });
});

/** As docs/operations.md says. */
function dump(url: string): string {
  const file = join(directory, 'code-interpreter.dump');
  execFileSync(serverProgram('pg_dump'), ['--format=custom', `--file=${file}`, `--dbname=${url}`]);
  return file;
}
function restore(file: string, url: string): void {
  execFileSync(serverProgram('pg_restore'), ['--no-owner', '--exit-on-error', `--dbname=${url}`, file]);
}

describe('backup', () => {
  it('of the database alone brings back keys and results, and runs what waited', async () => {
    const api = await stage.api();
    const client = await stage.client(api);
    const worker = await stage.worker(api, { script: echo });
    const { id: done } = await client.submit({ code: 'before the backup' });
    const finished = await eventually(async () => {
      const execution = await client.read(done);
      return execution.status === 'completed' && execution;
    });
    await worker.stop();
    const { id: waiting } = await client.submit({ code: 'waits during the backup' });
    const file = dump(stage.postgres.url);
    await client.submit({ code: 'after the backup' });

    const databaseUrl = await stage.postgres.createDatabase({ empty: true });
    restore(file, databaseUrl);
    // Redis is empty: nothing of it is backed up.
    const restored = await startApi({ databaseUrl, redisUrl: stage.redis.url, namespace: NAMESPACE });
    const runner = await startStandInWorker({ redisUrl: stage.redis.url, namespace: NAMESPACE, script: echo });
    try {
      const { read, request } = createApiClient(restored.url, client.organization.key);
      expect(await read(done)).toEqual(finished);
      await eventually(async () => (await read(waiting)).status === 'completed', { intervalMs: 50 });
      const list: unknown = await (await request('GET', '/v1/executions')).json();
      expect(list).toMatchObject({ data: [{ id: waiting }, { id: done }] });
    } finally {
      await runner.stop();
      await restored.stop();
    }
  }, 60_000);
});
