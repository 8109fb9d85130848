/** Which indexes the lists of operators use: with them a page costs the same however many executions there are. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { countingRunning } from '../../../api/store/backlog-store.ts';
import { openDatabase } from '../../../api/store/database.ts';
import { migrate } from '../../../api/store/migrations.ts';
import { createOperatorExecutionStore } from '../../../api/store/operator-execution-store.ts';
import { pageOf, type OperatorExecutionQuery } from '../../../api/store/operator-execution-query.ts';
import { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { adminQuery, startPostgres, type TestPostgres } from '../../helpers/postgres.ts';

/** Of twenty organizations and ten workers, one in ten failed. */
const ROWS = [
  `insert into organizations (id, name) select 'org_' || n, 'test' from generate_series(0, 19) n`,
  `insert into executions (id, organization_id, code, timeout_ms, memory_mb, isolation, input_bytes, worker_id, wall_ms,
      status, exit_reason, finished_at)
    select 'exec_' || n, 'org_' || n % 20, 'code ' || n, 1000, 512, 'organization', 1, 'worker_' || n % 10, n % 1000,
      case when n % 10 = 7 then 'failed' else 'completed' end, case when n % 10 = 7 then 'killed' else 'ok' end, now()
    from generate_series(1, 5000) n`,
  'analyze executions',
];

let postgres: TestPostgres;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase({ url: postgres.url, prepare: false, report: () => undefined });
  for (const statement of ROWS) await sql.raw(statement).execute(database.db);
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

/** As it would be for a table so large that sorting it, or walking through it, is the worst that can be done. */
async function planOf(query: Omit<OperatorExecutionQuery, 'limit'>): Promise<string> {
  return database.db.transaction().execute(async (transaction) => {
    await sql`set local enable_seqscan = off`.execute(transaction);
    await sql`set local enable_sort = off`.execute(transaction);
    await sql`set local enable_bitmapscan = off`.execute(transaction);
    const lines = await pageOf(transaction, { limit: 20, ...query }).explain('text');
    return lines.map((line) => Object.values(Object(line)).join('')).join('\n');
  });
}

const organizationId = OrganizationId.parse(newId('org')); // as rare as one of many
const after = { id: ExecutionId.parse(newId('exec')), created_at: '2100-01-01 00:00:00.000001+00' };

describe('operator lists: plans', () => {
  it.each<[string, string, Omit<OperatorExecutionQuery, 'limit'>]>([
    ['everything', 'executions_all_newest_first', {}],
    ['a later page', 'executions_all_newest_first', { after }],
    ['a time', 'executions_all_newest_first', { createdBefore: new Date(), createdAfter: new Date(0) }],
    ['an organization', 'executions_newest_first', { organizationId }],
    ['an organization and a status', 'executions_by_status', { organizationId, status: 'failed' }],
    ['a status that is final', 'executions_by_final_status', { status: 'failed', after }],
    ['an exit reason', 'executions_by_exit', { exitReason: 'killed', after }],
    ['a worker', 'executions_by_worker', { workerId: 'worker_1', after }],
    ['a worker and a status', 'executions_by_worker_and_status', { workerId: 'worker_1', status: 'failed' }],
    ['a worker and an exit reason', 'executions_by_worker_and_exit', { workerId: 'worker_1', exitReason: 'killed' }],
  ])('read a page of %s in the order of %s', async (_name, index, query) => {
    const plan = await planOf(query);
    expect(plan).toMatch(new RegExp(`Index Scan( Backward)? using ${index} on executions`));
    expect(plan).not.toContain('Sort');
  });

  it('count what runs of an organization by looking at that alone', async () => {
    const plan = await database.db.transaction().execute(async (transaction) => {
      await sql`set local enable_seqscan = off`.execute(transaction);
      await sql`set local enable_bitmapscan = off`.execute(transaction);
      return (await sql`explain ${countingRunning(['org_1', 'org_2'])}`.execute(transaction)).rows;
    });
    expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan using executions_running on executions/);
  });

  it.each<[string, string, string]>([
    [
      'an execution by its id',
      'executions_pkey',
      `select * from executions where id = 'exec_17' order by created_at, id`,
    ],
    ['long runs by their time', 'executions_by_wall_time', 'select id from executions where wall_ms >= 990'],
    ['a text by its trigrams', 'execution_texts_by_text', `select 1 from execution_texts where code ilike '%text%'`],
  ])('find %s', async (_name, index, statement) => {
    const plan = await database.db.transaction().execute(async (transaction) => {
      await sql`set local enable_seqscan = off`.execute(transaction);
      return (await sql.raw(`explain ${statement}`).execute(transaction)).rows;
    });
    expect(JSON.stringify(plan)).toMatch(new RegExp(`Scan (on|using) ${index}`));
  });
});

describe('operator lists: without pg_trgm', () => {
  it('migrates where the extension may not be made, and finds texts all the same', async () => {
    const url = await postgres.createDatabase({ empty: true });
    await adminQuery(url, 'create role limited login');
    await adminQuery(url, 'grant all on schema public to limited');
    const limited = openDatabase({ url: url.replace('postgres@', 'limited@'), report: () => undefined });
    await migrate(limited.db);
    expect(await adminQuery(url, `select to_regclass('execution_texts_by_text') as index`)).toEqual([{ index: null }]);
    for (const statement of ROWS) await sql.raw(statement).execute(limited.db);
    await adminQuery(url, `insert into execution_texts select id, code from executions`);
    const found = await createOperatorExecutionStore({ db: limited.db }).list({ limit: 20, text: 'CODE 1234' });
    expect(found.map(({ id }) => id)).toEqual(['exec_1234']);
    await limited.close();
  });
});
