import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExecutionJob } from '../../../shared/contracts/job.ts';
import type { RunFinished } from '../../../shared/contracts/result.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { reportOf, startOf, type StandInDeps } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let boundary: StandInDeps;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  boundary = stage.boundary();
});

afterAll(async () => {
  await stage.close();
});

/** A row in the middle of its second dispatch, whose first attempt has started. */
const aRunningRow = () =>
  aRow(stage, client.organization.id, {
    status: 'running',
    generation: 2,
    attempt: 3,
    attempt_offset: 1,
    started_at: new Date(),
  });

function reportFor(id: string, generation: number, attempt: number, change: Partial<RunFinished> = {}): RunFinished {
  return reportOf({ job: jobOf(id, generation), attempt }, change);
}

function jobOf(id: string, generation: number): ExecutionJob {
  return ExecutionJob.parse({
    version: 1,
    execution_id: id,
    organization_id: client.organization.id,
    generation,
    code: '',
    stdin: '',
    timeout_ms: 1,
    memory_mb: 1,
    isolation: 'fresh',
    created_at_ms: 0,
  });
}

const exit = (reason: RunFinished['exit']['reason']) => ({ exit: { reason, code: null, signal: null } });
const says = (text: string): Partial<RunFinished> => ({ outputs: [{ type: 'text', stream: 'stdout', text }] });
const started = (id: string, generation: number, attempt: number) =>
  boundary.poster.post(startOf({ job: jobOf(id, generation), attempt }));

/** Reports are taken in order: once a later one is recorded, the earlier ones have been looked at. */
async function settled(): Promise<void> {
  const id = await aRow(stage, client.organization.id);
  await boundary.poster.post(reportFor(id, 1, 1));
  await eventually(async () => (await client.read(id)).status === 'completed');
}

describe('results: recording', () => {
  it('keeps the first of two results', async () => {
    const id = await aRunningRow();
    await boundary.poster.post(reportFor(id, 2, 2, says('first')));
    await settled();
    await boundary.poster.post(reportFor(id, 2, 2, { ...says('second'), ...exit('exception') }));
    await settled();
    expect(await client.read(id)).toMatchObject({ status: 'completed', stdout: 'first' });
  });

  it('keeps the first of two results of one batch', async () => {
    const id = await aRunningRow();
    await Promise.all([
      boundary.poster.post(reportFor(id, 2, 2, says('first'))),
      boundary.poster.post(reportFor(id, 2, 2, says('second'))),
    ]);
    await settled();
    expect((await client.read(id)).stdout).toBe('first');
  });

  it('accepts the result of a run of an older generation', async () => {
    const id = await aRunningRow();
    await boundary.poster.post(reportFor(id, 1, 1, says('thought lost')));
    await settled();
    expect(await client.read(id)).toMatchObject({ status: 'completed', stdout: 'thought lost', attempt: 3 });
  });

  it.each<[string, number, number]>([
    ['generation', 1, 9],
    ['attempt', 2, 1],
  ])('lets no lost run of an older %s end the newer one', async (_what, generation, attempt) => {
    const id = await aRunningRow();
    await boundary.poster.post(reportFor(id, generation, attempt, exit('sandbox_lost')));
    await boundary.poster.post(reportFor(id, generation, attempt, exit('cancelled')));
    await settled();
    expect((await client.read(id)).status).toBe('running');
  });

  it('accepts sandbox_lost from the newest run', async () => {
    const id = await aRunningRow();
    await boundary.poster.post(reportFor(id, 2, 2, exit('sandbox_lost')));
    await settled();
    expect(await client.read(id)).toMatchObject({ status: 'failed', exit: { reason: 'sandbox_lost' } });
  });

  it('leaves a cancelled execution cancelled', async () => {
    const id = await aRow(stage, client.organization.id, {
      status: 'cancelled',
      exit_reason: 'cancelled',
      finished_at: new Date(),
    });
    await boundary.poster.post(reportFor(id, 1, 1));
    await settled();
    expect((await client.read(id)).status).toBe('cancelled');
  });

  it('ignores a result without a row', async () => {
    await boundary.poster.post(reportFor('exec_00000000000000000000', 1, 1));
    await settled();
  });

  it('stores a result that no column can hold as a failure of the service, and the others of its batch as they are', async () => {
    const [bad, good] = [await aRunningRow(), await aRunningRow()];
    await Promise.all([
      boundary.poster.post(reportFor(bad, 2, 2, { exit: { reason: 'killed', code: null, signal: 'SIG\u0000' } })),
      boundary.poster.post(reportFor(good, 2, 2, says('good'))),
    ]);
    await settled();
    expect(await client.read(bad)).toMatchObject({ status: 'failed', exit: { reason: 'sandbox_lost' } });
    expect(await client.read(good)).toMatchObject({ status: 'completed', stdout: 'good' });
  });
});

describe('results: starts', () => {
  it('moves a queued execution to running, with the attempts of all dispatches counted', async () => {
    const id = await aRow(stage, client.organization.id, { generation: 2, attempt: 1, attempt_offset: 1 });
    await started(id, 2, 1);
    await settled();
    expect(await client.read(id)).toMatchObject({ status: 'running', attempt: 2 });
  });

  it.each<[string, number, number]>([
    ['generation', 1, 9],
    ['attempt', 2, 1],
  ])('ignores a start of an older %s', async (_what, generation, attempt) => {
    const id = await aRow(stage, client.organization.id, {
      generation: 2,
      attempt: 3,
      attempt_offset: 1,
      worker_id: 'newest',
    });
    await started(id, generation, attempt);
    await settled();
    expect(await stage.query('select status, worker_id from executions where id = $1', [id])).toEqual([
      { status: 'queued', worker_id: 'newest' },
    ]);
  });

  it('ignores a start that comes after the end', async () => {
    const id = await aRunningRow();
    await boundary.poster.post(reportFor(id, 2, 2));
    await started(id, 2, 3);
    await settled();
    expect((await client.read(id)).status).toBe('completed');
  });
});

describe('results: api away', () => {
  it('records results that were posted while no api lived', async () => {
    const ids = [await aRunningRow(), await aRunningRow()];
    await api.stop();
    for (const id of ids) await boundary.poster.post(reportFor(id, 2, 2, says('meanwhile')));
    api = await stage.api();
    const recorded = await eventually(async () => {
      const rows = await stage.query(`select id from executions where id = any($1) and status = 'completed'`, [ids]);
      return rows.length === ids.length && rows;
    });
    expect(recorded.map((row) => row['id']).sort()).toEqual(ids.sort());
  });
});
