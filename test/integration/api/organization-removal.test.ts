import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Organization } from '../../../shared/contracts/organization.ts';
import { createApiClient, executionOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { echo, type StandInWorker } from '../../helpers/stand-in-worker.ts';
import { tracesInDatabase, tracesInDirectory, tracesInRedis } from '../../helpers/traces-left.ts';

/** Stands in everything that the organization sends. */
const MARKER = 'trace4s0kq7n2m9x1c5v8b3z6';
const PATIENCE = { timeoutMs: 20_000, intervalMs: 50 };

let stage: Stage;
let api: TestApi;
let operator: Operator;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  operator = createOperator(api.url);
  worker = await stage.worker(api, { slots: 2 });
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const statusOf = async (id: string) => (await operator.request('GET', `/admin/api/organizations/${id}`)).status;
const remove = async (id: string) =>
  Organization.parse(await bodyOf(await operator.request('DELETE', `/admin/api/organizations/${id}`), 202));
const gone = async (id: string) => eventually(async () => (await statusOf(id)) === 404, PATIENCE);

/** An organization that has something of everything. */
async function aFullTenant() {
  const tenant = await operator.aTenant({ name: `Name ${MARKER}` });
  const { id } = tenant.organization;
  await operator.createKey(id, { name: `key ${MARKER}` });
  await bodyOf(
    await operator.request('PUT', `/admin/api/organizations/${id}/quotas`, { body: { requests_per_day: 1_000 } }),
  );
  const weak = await operator.createKey(id, { scopes: ['files'] });
  await createApiClient(api.url, weak.key).request('GET', '/v1/organization'); // what it is denied is counted
  worker.use(echo);
  const body = { code: `print("${MARKER}")`, stdin: MARKER, metadata: { [MARKER]: MARKER } };
  const ended = await tenant.run(body, { 'idempotency-key': MARKER });
  const file = new FormData();
  file.append('purpose', 'user_data');
  file.append('file', new Blob([`content ${MARKER}`]), `${MARKER}.csv`);
  const uploaded = Object(
    await bodyOf(
      await fetch(`${api.url}/v1/files`, {
        method: 'POST',
        body: file,
        headers: { authorization: `Bearer ${tenant.key.key}` },
      }),
      200,
    ),
  );
  const hook = Object(
    await bodyOf(
      await tenant.request('POST', '/v1/webhooks/endpoints', {
        body: { url: `https://receiver.invalid/${MARKER}`, description: MARKER },
      }),
      201,
    ),
  );
  const told = await tenant.run({
    ...body,
    callback_url: `https://receiver.invalid/${MARKER}`,
    files: [{ file_id: uploaded.id }],
  });
  const assistant = await tenant.request('POST', '/v1/assistants', { body: { name: MARKER, instructions: MARKER } });
  const made = await tenant.request('POST', '/v1/model/response', { body: { model: 'direct', inputs: MARKER } });
  const answered = [Object(await bodyOf(assistant, 201)).id, Object(await bodyOf(made)).id].map(String);
  const ids = [id, ...answered, tenant.key.id, ended.id, told.id, String(uploaded.id), String(hook.id)];
  return { ...tenant, id, ids };
}

describe('organization removal', () => {
  it('leaves nothing in any table or key, however the organization was used', async () => {
    const tenant = await aFullTenant();
    const other = await operator.aTenant();
    await other.run({ code: 'theirs' });
    const holding = Promise.withResolvers<undefined>();
    worker.use(async (scene) => {
      await scene.started();
      await scene.output({ type: 'text', stream: 'stdout', text: MARKER });
      await Promise.race([scene.cancelled, holding.promise]);
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const open = await Promise.all(Array.from({ length: 6 }, () => tenant.submit({ code: MARKER })));
    await eventually(() => worker.taken.length >= 2);
    expect(await tracesInDatabase(stage.query, [MARKER])).not.toEqual([]);
    expect(await tracesInRedis(worker.boundary.redis, [MARKER])).not.toEqual([]);

    expect(tracesInDirectory(stage.filesDirectory, [MARKER])).toHaveLength(1);

    expect(await remove(tenant.id)).toMatchObject({ status: 'deleting' });
    expect((await tenant.request('GET', '/v1/executions')).status).toBe(401);
    await gone(tenant.id);

    expect(await tracesInDatabase(stage.query, [MARKER])).toEqual([]);
    const ids = [...tenant.ids, ...open.map(({ id }) => id)];
    expect(await tracesInDatabase(stage.query, ids)).toEqual([expect.stringMatching(/^audit_entries: /)]);
    const { redis, keyspace } = worker.boundary;
    expect(await tracesInRedis(redis, [MARKER, tenant.id])).toEqual([]);
    // The queue's own short stream of events names jobs by their ids, and tells nothing else of them.
    expect(await tracesInRedis(redis, ids)).toEqual([`${keyspace.prefix}:executions:events`]);
    expect(tracesInDirectory(stage.filesDirectory, [MARKER, tenant.id])).toEqual([]);
    const [entry] = await operator.audit({ organization_id: tenant.id });
    expect(entry).toMatchObject({ action: 'organization.remove', actor: { type: 'service' }, outcome: 'done' });
    expect((await other.request('GET', '/v1/executions')).status).toBe(200);
    expect(await tracesInDatabase(stage.query, [other.organization.id])).toEqual(
      expect.arrayContaining([expect.stringMatching(/^executions: 1 rows/)]),
    );
  }, 60_000);

  it('leaves nothing of a response that is being made', async () => {
    const tenant = await operator.aTenant();
    const { id } = tenant.organization;
    const before = worker.taken.length;
    worker.use(async (scene) => {
      await scene.started();
      await scene.cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const inputs = `\`\`\`python\n${MARKER}\n\`\`\``;
    const body = { model: 'direct', tools: [{ type: 'code_interpreter' }], inputs };
    const answer = tenant.request('POST', '/v1/model/response', { body });
    await eventually(() => worker.taken.length > before);
    await remove(id);
    await gone(id);
    await answer;
    expect(await tracesInDatabase(stage.query, [MARKER])).toEqual([]);
    expect(await tracesInRedis(worker.boundary.redis, [MARKER, id])).toEqual([]);
  }, 30_000);

  it('names every table that holds something of an organization', async () => {
    const tables = await stage.query(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'organization_id' order by table_name`,
    );
    // A new one has to be emptied too, and to be filled by the test above.
    expect(tables.map(({ name }) => name)).toEqual([
      'api_keys',
      'assistants',
      'audit_entries',
      'blobs',
      'execution_files',
      'executions',
      'files',
      'idempotency_keys',
      'response_usage_hours',
      'responses',
      'usage_entries',
      'usage_hours',
      'webhook_deliveries',
      'webhook_endpoints',
      'webhook_secrets',
    ]);
  });

  it('goes on where another process broke off', async () => {
    const tenant = await operator.aTenant();
    for (let at = 0; at < 3; at += 1) await aRow(stage, tenant.organization.id, { code: MARKER });
    // As a process leaves it that died right after it had marked the organization.
    await stage.query(`update organizations set status = 'deleting' where id = $1`, [tenant.organization.id]);
    await gone(tenant.organization.id);
    expect(await tracesInDatabase(stage.query, [MARKER])).toEqual([]);
  }, 30_000);

  it('takes as many passes as it needs', async () => {
    const { id } = await operator.createOrganization();
    await stage.query(
      `insert into executions (id, organization_id, status, exit_reason, code, timeout_ms, memory_mb, isolation,
         input_bytes, finished_at)
       select 'exec_' || lpad(n::text, 20, '0'), $1, 'completed', 'ok', 'x', 1, 512, 'organization', 1, now()
       from generate_series(1, 5000) n`,
      [id],
    );
    await remove(id);
    await gone(id);
    expect(await stage.query('select id from executions where organization_id = $1 limit 1', [id])).toEqual([]);
  }, 30_000);

  it('cannot be undone or added to', async () => {
    const tenant = await operator.aTenant();
    const { id } = tenant.organization;
    await remove(id);
    const path = `/admin/api/organizations/${id}`;
    const attempts = [
      await operator.request('POST', `${path}/resume`),
      await operator.request('POST', `${path}/suspend`),
      await operator.request('PATCH', path, { body: { name: 'again' } }),
      await operator.request('POST', `${path}/keys`, { body: { name: 'again' } }),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect((await operator.request('DELETE', path)).status).toBe(202);
    await gone(id);
  }, 30_000);

  it('lets a key of it do nothing more on another process', async () => {
    const tenant = await operator.aTenant();
    const other = createApiClient((await stage.api({ ADMIN_TOKEN })).url, tenant.key.key);
    await executionOf(await other.post({ code: '1' }), 202);
    await remove(tenant.organization.id);
    await eventually(async () => (await other.post({ code: '1' })).status === 401);
    await gone(tenant.organization.id);
    expect(await tracesInDatabase(stage.query, [tenant.organization.id])).toEqual([
      expect.stringMatching(/^audit_entries: /),
    ]);
  }, 30_000);

  it('leaves nothing of an upload that was on its way', async () => {
    const tenant = await operator.aTenant();
    const { body, finish } = slowUpload(`${MARKER} `.repeat(10_000));
    const answer = fetch(`${api.url}/v1/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.key.key}`,
        'content-type': 'multipart/form-data; boundary=slow',
      },
      body,
      duplex: 'half',
    });
    await eventually(() => tracesInDirectory(stage.filesDirectory, [MARKER]).length > 0);
    await remove(tenant.organization.id);
    await gone(tenant.organization.id);
    finish();
    expect((await answer).status).toBeGreaterThanOrEqual(400);
    await eventually(() => tracesInDirectory(stage.filesDirectory, [MARKER]).length === 0);
    expect(await tracesInDatabase(stage.query, [MARKER])).toEqual([]);
  }, 30_000);
});

/** A multipart body whose last part comes when `finish` is called. */
function slowUpload(content: string): { body: ReadableStream<Uint8Array>; finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const head = 'content-disposition: form-data; name="file"; filename="slow.txt"';
      controller.enqueue(encoder.encode(`--slow\r\n${head}\r\n\r\n${content}`));
      await promise;
      controller.enqueue(encoder.encode(`${content}\r\n--slow--\r\n`));
      controller.close();
    },
  });
  return {
    body,
    finish: () => {
      resolve(undefined);
    },
  };
}
