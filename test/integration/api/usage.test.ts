import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ServiceUsageReport, UsageReport } from '../../../shared/contracts/usage.ts';
import { createExecutionStore } from '../../../api/store/execution-store.ts';
import { createUsageStore } from '../../../api/store/usage-store.ts';
import { openDatabase } from '../../../api/store/database.ts';
import { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { createApiClient, errorOf, type ApiClient } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { ok, reportOf, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let operator: ApiClient;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  worker = await stage.worker(api);
  operator = createApiClient(api.url, ADMIN_TOKEN);
  database = openDatabase({ url: stage.postgres.url, report: () => undefined });
});

afterAll(async () => {
  await database.close();
  await stage.close();
});

async function usageOf(client: ApiClient, query = ''): Promise<UsageReport> {
  const response = await client.request('GET', `/v1/usage${query}`);
  expect(response.status).toBe(200);
  return UsageReport.parse(await response.json());
}

const entriesOf = async ({ organization }: Client) =>
  stage.query('select execution_id from usage_entries where organization_id = $1', [organization.id]);

/** Ended executions, as the trigger would have counted them. */
async function someEntries({ organization }: Client, count: number): Promise<void> {
  await stage.query(
    `insert into usage_entries
      select 'entry_' || $1 || n, $1, now() - n * interval '1 second', 'ok', 1, 1, 1, 1, 1, now() - interval '1 minute'
      from generate_series(1, $2::int) n`,
    [organization.id, count],
  );
}

describe('usage: what is counted', () => {
  it('counts each end with its reason, times and bytes', async () => {
    const client = await stage.client(api);
    const usage = { queue_ms: 250, start_ms: 1, wall_ms: 1_500, cpu_ms: 750.5, memory_peak_bytes: 1 };
    worker.use(() => Promise.resolve({ usage, outputs: [{ type: 'text', stream: 'stdout', text: 'ä' }] }));
    const { outputs } = await client.run({ code: 'x', stdin: 'abc' });
    worker.use(() => Promise.resolve({ usage, exit: { reason: 'exception', code: 1, signal: null } }));
    await client.run({ code: 'y' });
    worker.use(ok);
    const { totals } = await usageOf(client);
    expect(totals).toMatchObject({ executions: 2, cpu_seconds: 1.501, wall_seconds: 3, queue_seconds: 0.5 });
    expect(totals.by_exit_reason).toMatchObject({ ok: 1, exception: 1, cancelled: 0 });
    expect(totals.input_bytes).toBe(5);
    expect(totals.output_bytes).toBe(Buffer.byteLength(JSON.stringify(outputs)) + '[]'.length);
  });

  it('counts the files that an execution was given', async () => {
    const client = await stage.client(api);
    const file = { file_id: newId('file'), name: 'a', sha256: '0'.repeat(64) };
    const files = JSON.stringify([
      { ...file, size_bytes: 100 },
      { ...file, size_bytes: 23 },
    ]);
    const id = await aRow(stage, client.organization.id, { status: 'queued', files });
    await client.cancel(id);
    expect((await usageOf(client)).totals).toMatchObject({ executions: 1, input_bytes: 124 });
  });

  it('counts what is cancelled before it ran', async () => {
    const client = await stage.client(api);
    const id = await aRow(stage, client.organization.id, { status: 'queued' });
    await client.cancel(id);
    expect((await usageOf(client)).totals).toMatchObject({ executions: 1, by_exit_reason: { cancelled: 1 } });
  });

  it('counts an end once that is reported again and again', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'x' });
    const run = worker.taken.find(({ job }) => job.execution_id === id);
    if (run === undefined) throw new Error('no worker had it');
    for (let again = 0; again < 3; again += 1) await worker.boundary.poster.post(reportOf(run), run.signal);
    await client.run({ code: 'y' }); // its result comes after those
    expect((await usageOf(client)).totals.executions).toBe(2);
  });

  it('takes back what was refused, but had run', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'x' });
    const store = createExecutionStore({ db: database.db });
    await store.deleteUnacknowledged(OrganizationId.parse(client.organization.id), ExecutionId.parse(id));
    expect((await usageOf(client)).totals.executions).toBe(0);
  });

  it('does not count what has not ended', async () => {
    const client = await stage.client(api);
    await aRow(stage, client.organization.id, { status: 'running', started_at: new Date() });
    expect((await usageOf(client)).totals.executions).toBe(0);
  });

  it('keeps what deleted executions used', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'x' });
    expect((await client.delete(id)).status).toBe(200);
    expect((await usageOf(client)).totals.executions).toBe(1);
  });
});

describe('usage: summing up', () => {
  it('makes sums of the entries in the background, and tells the same', async () => {
    const client = await stage.client(api);
    await someEntries(client, 5);
    await eventually(async () => (await entriesOf(client)).length === 0);
    expect((await usageOf(client)).totals).toMatchObject({ executions: 5, cpu_seconds: 0.005, input_bytes: 5 });
  });

  it('is exact at every moment of it', async () => {
    const client = await stage.client(api);
    const told = new Set<number>();
    await someEntries(client, 5_000);
    for (let left = 1; left > 0; left = (await entriesOf(client)).length) {
      told.add((await usageOf(client)).totals.executions);
    }
    expect([...told]).toEqual([5_000]);
  });

  it('takes every entry once when several processes are at it', async () => {
    const client = await stage.client(api);
    const store = createUsageStore({ db: database.db });
    await someEntries(client, 2_000);
    for (let taken = 1; taken > 0;) {
      const counts = await Promise.all([store.sumUp(100), store.sumUp(100), store.sumUp(100)]);
      taken = counts.reduce((sum, count) => sum + count, 0);
    }
    await eventually(async () => (await entriesOf(client)).length === 0);
    expect((await usageOf(client)).totals).toMatchObject({ executions: 2_000, cpu_seconds: 2 });
  });

  it('goes on while executions are deleted', async () => {
    const client = await stage.client(api);
    const id = await aRow(stage, client.organization.id, { status: 'running' });
    const deleting = new pg.Client({ connectionString: stage.postgres.url });
    await deleting.connect();
    await deleting.query('begin');
    await deleting.query('delete from executions where id = $1', [id]);
    await stage.query(
      `insert into usage_entries values ($1, $2, now(), 'ok', 1, 1, 1, 1, 1, now() - interval '1 minute')`,
      [id, client.organization.id],
    );
    const summing = createUsageStore({ db: database.db }).sumUp(100);
    await eventually(async () => {
      const waiting = await stage.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
      return waiting.length > 0;
    });
    await deleting.query('commit');
    await deleting.end();
    await expect(summing).resolves.toBeGreaterThanOrEqual(0);
    await eventually(async () => (await entriesOf(client)).length === 0);
  });

  it('adds what ends late to the hour of its end', async () => {
    const client = await stage.client(api);
    for (let rounds = 0; rounds < 2; rounds += 1) {
      await stage.query(
        `insert into usage_entries values ($1, $2, '2026-01-01T12:30:00Z', 'timed_out', 1000, 1, 1, 1, 1, now() - interval '1 minute')`,
        [newId('exec'), client.organization.id],
      );
      await eventually(async () => (await entriesOf(client)).length === 0);
    }
    const { data } = await usageOf(client, '?granularity=hour&from=2026-01-01T11:00:00Z&to=2026-01-01T14:00:00Z');
    expect(data.map(({ start, executions, cpu_seconds }) => [start, executions, cpu_seconds])).toEqual([
      ['2026-01-01T11:00:00.000Z', 0, 0],
      ['2026-01-01T12:00:00.000Z', 2, 2],
      ['2026-01-01T13:00:00.000Z', 0, 0],
    ]);
  });
});

describe('usage: what can be asked', () => {
  it('tells every day of the range, whole days, in UTC', async () => {
    const client = await stage.client(api);
    const report = await usageOf(client, '?from=2026-02-27T23:30:00-01:00&to=2026-03-01T00:00:01Z');
    expect(report).toMatchObject({ from: '2026-02-28T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' });
    expect(report.data.map(({ start }) => start.slice(0, 10))).toEqual(['2026-02-28', '2026-03-01']);
  });

  it.each([
    ['31 days by hours', 'granularity=hour&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z', 744],
    ['366 days', 'from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00Z', 366],
  ])('tells of %s', async (_name, query, buckets) => {
    expect((await usageOf(await stage.client(api), `?${query}`)).data.length).toBe(buckets);
  });

  it.each([
    ['an hour more than 31 days by hours', 'granularity=hour&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:01Z'],
    ['a day more than 366', 'from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:01Z'],
    ['a range that ends before it begins', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ])('refuses %s', async (_name, query) => {
    const client = await stage.client(api);
    const error = await errorOf(await client.request('GET', `/v1/usage?${query}`));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param: 'from' });
  });

  it('tells an organization nothing of another', async () => {
    const [client, stranger] = [await stage.client(api), await stage.client(api)];
    await someEntries(client, 3);
    expect((await usageOf(stranger)).totals.executions).toBe(0);
  });

  it('tells operators of one organization', async () => {
    const client = await stage.client(api);
    await someEntries(client, 3);
    const response = await operator.request('GET', `/admin/api/organizations/${client.organization.id}/usage`);
    expect(UsageReport.parse(await response.json())).toMatchObject({
      organization_id: client.organization.id,
      totals: { executions: 3 },
    });
  });

  it('tells operators that there is no such organization', async () => {
    const response = await operator.request('GET', `/admin/api/organizations/${newId('org')}/usage`);
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });

  it('tells operators of all organizations, and who used most', async () => {
    const [some, most] = [await stage.client(api), await stage.client(api)];
    for (const [client, cpuMs] of [
      [some, 1e9],
      [most, 2e9],
    ] as const) {
      await stage.query(
        `insert into usage_hours values ($1, '2025-05-05T05:00:00Z', 'ok', 1, $2, 0, 0, 0, 0),
          ($1, '2025-05-05T06:00:00Z', 'killed', 1, $2, 0, 0, 0, 0)`,
        [client.organization.id, cpuMs],
      );
    }
    const response = await operator.request(
      'GET',
      '/admin/api/usage?from=2025-05-05T00:00:00Z&to=2025-05-06T00:00:00Z',
    );
    const report = ServiceUsageReport.parse(await response.json());
    expect(report.totals).toMatchObject({ executions: 4, cpu_seconds: 6e6 });
    expect(report.organizations.map((one) => [one.organization_id, one.executions, one.cpu_seconds])).toEqual([
      [most.organization.id, 2, 4e6],
      [some.organization.id, 2, 2e6],
    ]);
  });
});
