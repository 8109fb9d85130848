/** Database connections that are cut while they are in use, as by a restart or a failover. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
const uncaught: unknown[] = [];
const remember = (error: unknown) => uncaught.push(error);

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  await stage.worker(api, { script: echo });
  client = await stage.client(api);
  process.on('uncaughtException', remember);
});

afterAll(async () => {
  process.off('uncaughtException', remember);
  await stage.close();
});

it('ends no process and loses no acknowledged execution when connections are cut inside transactions', async () => {
  const taken: string[] = [];
  let done = false;
  const submitting = Array.from({ length: 8 }, async (_, who) => {
    for (let n = 0; !done; n += 1) {
      const response = await client.post({ code: 'x' }, { 'idempotency-key': `${String(who)}-${String(n)}` });
      if (response.status === 202) taken.push(((await response.json()) as { id: string }).id);
      else await response.body?.cancel();
    }
  });
  for (let cuts = 0; cuts < 5; cuts += 1) {
    const enough = taken.length + 20;
    while (taken.length < enough) await new Promise(setImmediate);
    await stage.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'code-interpreter-api'",
    );
  }
  done = true;
  await Promise.all(submitting);
  for (const id of taken) await eventually(async () => (await client.read(id)).status === 'completed');
  expect(uncaught).toEqual([]);
}, 60_000);
