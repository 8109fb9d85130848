import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { adminQuery } from '../../helpers/postgres.ts';
import { aRow } from '../../helpers/raw-rows.ts';

const DAY_MS = 86_400_000;
const MANY = 250;

let stage: Stage;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
}, 30_000);

afterAll(async () => {
  await stage.close();
});

/** A row that ended so long ago. */
const ended = (days: number) =>
  aRow(stage, client.organization.id, {
    status: 'completed',
    exit_reason: 'ok',
    created_at: new Date(Date.now() - days * DAY_MS),
    finished_at: new Date(Date.now() - days * DAY_MS),
  });

const ids = async () => (await stage.query('select id from executions')).map(({ id }) => String(id));

describe('retention', () => {
  it('deletes what ended too long ago, however much it is, and nothing else', async () => {
    const paused = await stage.api({ RETENTION_DAYS: '0' });
    client = await stage.client(paused);
    const old = await ended(8);
    const young = await ended(6);
    const open = await aRow(stage, client.organization.id, { created_at: new Date(Date.now() - 90 * DAY_MS) });
    await stage.query(
      `insert into executions (id, organization_id, status, exit_reason, code, timeout_ms, memory_mb, isolation,
         input_bytes, finished_at)
       select 'exec_old' || n, $1, 'completed', 'ok', 'x', 1, 512, 'organization', 1, now() - interval '9 days'
       from generate_series(1, ${String(MANY)}) n`,
      [client.organization.id],
    );
    await stage.query(
      `insert into idempotency_keys (organization_id, method, path, key, body_sha256, execution_id, created_at)
       values ($1, 'POST', '/v1/executions', 'kept', '', $2, now())`,
      [client.organization.id, old],
    );
    expect(await ids()).toHaveLength(MANY + 3);
    await paused.stop();

    await stage.api({ RETENTION_DAYS: '7' });
    await eventually(async () => (await ids()).length === 2, { intervalMs: 50 });
    expect((await ids()).sort()).toEqual([young, open].sort());
    expect(await stage.query('select execution_id from idempotency_keys')).toEqual([{ execution_id: null }]);
  }, 30_000);

  it('finds them by an index', async () => {
    const plan = await adminQuery(
      `${stage.postgres.url}&options=-c%20enable_seqscan%3Doff`,
      `explain select id from executions where finished_at < now() - interval '7 days' order by finished_at limit 100`,
    );
    expect(JSON.stringify(plan)).toContain('executions_by_end');
  });
});
