import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as PostgresClient } from 'pg';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';
import { uploaded } from '../../helpers/uploads.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  worker = await stage.worker(api);
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

async function given(content: string, name = 'a.csv', of = client) {
  const { id } = await uploaded(api.url, of, content, { name });
  return { file_id: id };
}

const refusalOf = async (files: unknown, of = client) => errorOf(await of.post({ code: 'x', files }));
const jobOf = (id: string) => worker.taken.find(({ job }) => job.execution_id === id)?.job;
const heldBy = (id: string) => stage.query('select sha256 from execution_files where execution_id = $1', [id]);

describe('execution files: a request', () => {
  it('shows what it asked for, in the execution and in lists', async () => {
    const files = [await given('1,2', 'a.csv'), { ...(await given('3')), name: 'other.csv' }];
    const shown = [
      { file_id: files[0]?.file_id, name: 'a.csv', size_bytes: 3 },
      { file_id: files[1]?.file_id, name: 'other.csv', size_bytes: 1 },
    ];
    const execution = await client.run({ code: 'x', files });
    expect(execution.files).toEqual(shown);
    expect((await client.read(execution.id)).files).toEqual(shown);
    const list = await (await client.request('GET', '/v1/executions?limit=1')).json();
    expect(list).toMatchObject({ data: [{ files: shown }] });
  });

  it('shows none where it asked for none', async () => {
    expect((await client.run({ code: 'x' })).files).toEqual([]);
    expect((await client.run({ code: 'x', files: [] })).files).toEqual([]);
  });

  it('is refused for a file of another organization as for one that never was', async () => {
    const stranger = await stage.client(api);
    const [foreign] = [await given('secret', 'secret.csv', stranger)];
    const unknown = { file_id: `file_${'0'.repeat(20)}` };
    const refusals = [await refusalOf([foreign]), await refusalOf([unknown])];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param: 'files.0.file_id' });
    }
    expect(refusals[0]?.message).toBe(refusals[1]?.message);
  });

  it.each([
    ['../a', 'files.1.name'],
    ['a/b', 'files.1.name'],
    ['..', 'files.1.name'],
    ['a\0', 'files.1.name'],
    ['a\nb', 'files.1.name'],
    ['x'.repeat(256), 'files.1.name'],
    ['A.CSV', 'files.1.name'],
    ['a.csv', 'files.1.name'],
  ])('is refused for the name %j', async (name, param) => {
    const file = await given('1');
    expect(await refusalOf([file, { ...file, name }])).toMatchObject({ code: 'VALIDATION_ERROR', status: 422, param });
  });

  it('is refused for one file more than allowed', async () => {
    const file = await given('1');
    const files = Array.from({ length: 21 }, (_, at) => ({ ...file, name: String(at) }));
    expect((await client.post({ code: 'x', files: files.slice(1) })).status).toBe(202);
    expect(await refusalOf(files)).toMatchObject({ status: 422, param: 'files' });
  });

  it('leaves no row behind when it is refused', async () => {
    const [before] = await stage.query('select count(*) from executions');
    await refusalOf([{ file_id: `file_${'0'.repeat(20)}` }]);
    expect(await stage.query('select count(*) from executions')).toEqual([before]);
  });
});

describe('execution files: the job', () => {
  it('says what to put and where to get it, in a version that other workers leave alone', async () => {
    const { id } = await client.run({ code: 'x', files: [await given('1,2')] });
    expect(jobOf(id)).toMatchObject({
      version: 2,
      files: [{ name: 'a.csv', size_bytes: 3, source: { kind: 'directory' } }],
    });
  });

  it('is the one that every worker takes when there are none', async () => {
    const { id } = await client.run({ code: 'x' });
    expect(jobOf(id)?.version).toBe(1);
    expect(jobOf(id)).not.toHaveProperty('files');
  });

  it('has its files again when it is dispatched again', async () => {
    const gate = Promise.withResolvers<undefined>();
    worker.use(async () => {
      await gate.promise;
      return {};
    });
    const busy = await Promise.all(Array.from({ length: 4 }, () => client.submit({ code: 'busy' })));
    const waiting = await client.submit({ code: 'x', files: [await given('1,2')] });
    gate.resolve(undefined);
    await eventually(async () => (await client.read(waiting.id)).status === 'completed');
    worker.use(() => Promise.resolve({}));
    expect(busy).toHaveLength(4);
    expect(jobOf(waiting.id)?.files).toHaveLength(1);
  });
});

describe('execution files: their content', () => {
  it('is held by the execution, once for each content', async () => {
    const file = await given('held twice');
    const files = [file, { ...file, name: 'b.csv' }, await given('another', 'c.csv')];
    const { id } = await client.submit({ code: 'x', files });
    expect(await heldBy(id)).toHaveLength(2);
  });

  it('is held under an idempotency key too', async () => {
    const body = { code: 'x', files: [await given('keyed')] };
    const { id } = await client.submit(body, { 'idempotency-key': 'held' });
    expect(await heldBy(id)).toHaveLength(1);
  });

  it('does not matter any more when the request is repeated', async () => {
    const file = await given('soon gone');
    const body = { code: 'x', files: [file] };
    const first = await client.run(body, { 'idempotency-key': 'repeated' });
    expect((await client.request('DELETE', `/v1/files/${file.file_id}`)).status).toBe(200);
    const again = await client.post(body, { 'idempotency-key': 'repeated', prefer: 'wait=20' });
    expect(await again.json()).toMatchObject({ id: first.id });
    expect((await client.post(body, { 'idempotency-key': 'new' })).status).toBe(422);
  });

  it('is there, or the request is refused, while an upload of it has not been kept yet', async () => {
    const file = await given('not yet there');
    const [known] = await stage.query('select sha256 from files where id = $1', [file.file_id]);
    const become = (state: string) =>
      stage.query('update blobs set state = $1 where sha256 = $2', [state, known?.['sha256']]);
    await become('reserved');
    expect(await refusalOf([file])).toMatchObject({ code: 'VALIDATION_ERROR', param: 'files' });
    await become('stored');
    expect((await client.post({ code: 'x', files: [file] })).ok).toBe(true);
  });

  it('is there, or the request is refused, when it is removed at the same moment', async () => {
    const file = await given('raced');
    const [known] = await stage.query('select sha256 from files where id = $1', [file.file_id]);
    const remover = new PostgresClient(stage.postgres.url);
    await remover.connect();
    try {
      await remover.query('begin');
      await remover.query('select 1 from blobs where sha256 = $1 for update', [known?.['sha256']]);
      const refused = refusalOf([file]);
      await eventually(async () => {
        const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%execution_files%'`;
        return (await stage.query(waits)).length > 0;
      });
      await remover.query('delete from files where id = $1', [file.file_id]);
      await remover.query('delete from blobs where sha256 = $1', [known?.['sha256']]);
      await remover.query('commit');
      expect(await refused).toMatchObject({ code: 'VALIDATION_ERROR', param: 'files' });
    } finally {
      await remover.end();
    }
  });
});
