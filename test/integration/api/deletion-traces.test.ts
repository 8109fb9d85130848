import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { bodyOf } from '../../helpers/operator.ts';
import { createResponseClient } from '../../helpers/response-client.ts';
import type { Script, StandInWorker } from '../../helpers/stand-in-worker.ts';
import { tracesInDatabase, tracesInDirectory, tracesInRedis } from '../../helpers/traces-left.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  worker = await stage.worker(api, { slots: 1, script: printing });
}, 30_000);

afterAll(async () => {
  await stage.close();
});

async function upload(name: string, content: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([content]), name);
  const headers = { authorization: `Bearer ${client.organization.key}` };
  const response = await fetch(`${api.url}/v1/files`, { method: 'POST', body, headers });
  return String(Object(await bodyOf(response)).id);
}

/** Stands in everything that one test sends and gets back. */
const aMarker = () => `trace${randomUUID().replaceAll('-', '')}`;

/** Prints its standard input, as events and as outputs. */
const printing: Script = async (scene) => {
  const output = { type: 'text', stream: 'stdout', text: scene.run.job.stdin } as const;
  await scene.started();
  await scene.output(output);
  return { outputs: [output] };
};

const everywhere = async (texts: readonly string[]) => ({
  database: await tracesInDatabase(stage.query, texts),
  redis: await tracesInRedis(worker.boundary.redis, texts),
  directory: tracesInDirectory(stage.filesDirectory, texts),
});

const NOWHERE = { database: [], redis: [], directory: [] };

describe('deletion', () => {
  it('leaves nothing of what an execution was given or gave back', async () => {
    const marker = aMarker();
    const body = {
      code: `print("${marker}")`,
      stdin: marker,
      metadata: { [marker]: marker },
      callback_url: `https://receiver.invalid/${marker}`,
    };
    const { id } = await client.run(body, { 'idempotency-key': 'once' });
    const before = await everywhere([marker]);
    expect(before.database).toEqual(expect.arrayContaining(['executions: 1 rows', 'webhook_deliveries: 1 rows']));
    expect(before.redis).not.toEqual([]);
    await bodyOf(await client.delete(id));
    expect(await everywhere([marker])).toEqual(NOWHERE);
  });

  it('leaves no more of one that was queued', async () => {
    const marker = aMarker();
    const released = Promise.withResolvers<undefined>();
    worker.use(async () => {
      await released.promise;
      return {};
    });
    // One more than the slots is let out: the third waits in the index.
    for (let at = 0; at < 2; at += 1) await client.submit({ code: 'holds the slot' });
    const { id } = await client.submit({ code: marker, stdin: marker });
    expect((await everywhere([marker])).database).toEqual(['executions: 1 rows']);
    await bodyOf(await client.delete(id));
    expect(await everywhere([marker])).toEqual(NOWHERE);
    released.resolve(undefined);
    worker.use(printing);
  });

  it('leaves nothing of a response but what its code was', async () => {
    const marker = aMarker();
    const responses = createResponseClient(client);
    const { id } = await responses.make({
      model: 'direct',
      instructions: marker,
      thread_id: marker,
      metadata: { [marker]: marker },
      tools: [{ type: 'code_interpreter' }],
      inputs: [{ role: 'user', content: `${marker}\n\`\`\`python\n1\n\`\`\`` }],
    });
    expect((await everywhere([marker])).database).toEqual(['responses: 1 rows']);
    expect((await responses.delete(id)).status).toBe(200);
    expect(await everywhere([marker, id])).toEqual({ ...NOWHERE, database: [expect.stringMatching(/^executions:/)] });
    expect(await everywhere([marker])).toEqual(NOWHERE);
  });

  it('leaves nothing of a file', async () => {
    const marker = aMarker();
    const id = await upload(`${marker}.csv`, `content ${marker}`);
    expect(await everywhere([marker])).toMatchObject({ database: ['files: 1 rows'], directory: [expect.anything()] });
    await bodyOf(await client.request('DELETE', `/v1/files/${id}`));
    expect(await everywhere([marker, id])).toEqual(NOWHERE);
  });

  it('keeps a content for as long as another file has it', async () => {
    const marker = aMarker();
    const [first, second] = [await upload('one.txt', marker), await upload('two.txt', marker)];
    await bodyOf(await client.request('DELETE', `/v1/files/${first}`));
    expect((await everywhere([marker])).directory).toHaveLength(1);
    await bodyOf(await client.request('DELETE', `/v1/files/${second}`));
    expect(await everywhere([marker, first, second])).toEqual(NOWHERE);
  });
});
