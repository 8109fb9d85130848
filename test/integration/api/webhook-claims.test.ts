/** Which deliveries are taken on when, and by whom. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../../api/store/database.ts';
import { CLAIM_LOCK_ID, createWebhookDueStore, type WebhookDueStore } from '../../../api/store/webhook-due-store.ts';
import { WebhookDeliveryId } from '../../../shared/contracts/ids.ts';
import { anOrganization } from '../../helpers/api-server.ts';
import { eventually } from '../../helpers/eventually.ts';
import { adminQuery, startPostgres, type TestPostgres } from '../../helpers/postgres.ts';
import { aRow } from '../../helpers/raw-rows.ts';

const LIMITS = { room: 32, perReceiver: 4, perOrganization: 16 };

let postgres: TestPostgres;
let database: ReturnType<typeof openDatabase>;
let due: WebhookDueStore;
let organization: string;

const query = (text: string, values: unknown[] = []) => adminQuery(postgres.url, text, values);

beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase({ url: postgres.url, report: () => undefined });
  due = createWebhookDueStore({ db: database.db });
}, 30_000);

beforeEach(async () => {
  await query('delete from webhook_deliveries');
  organization = (await anOrganization(postgres.url)).id;
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

async function owe(count: number, receiver: string, of = organization): Promise<void> {
  await query(
    `insert into webhook_deliveries (organization_id, receiver, url, event_type)
      select $1, $2, 'http://x/', 'execution.completed' from generate_series(1, $3)`,
    [of, receiver, count],
  );
}

/** How many of the claimed are whose. */
async function claimedBy(column: 'organization_id' | 'receiver', ids: readonly string[]) {
  const rows = await query(
    `select ${column} as name, count(*)::int from webhook_deliveries where id = any($1) group by 1`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ name, count }) => [String(name), count]));
}

const claim = async (change: Partial<typeof LIMITS> = {}) => (await due.claim({ ...LIMITS, ...change }, undefined)).ids;
const idOf = async () => WebhookDeliveryId.parse((await query('select id from webhook_deliveries'))[0]?.['id']);

describe('webhook claims: shares', () => {
  it('gives each receiver its bound, and counts what is under way', async () => {
    await owe(10, 'a');
    await owe(10, 'b');
    expect(await claimedBy('receiver', await claim())).toEqual({ a: 4, b: 4 });
    expect(await claim()).toEqual([]);
  });

  it('gives an organization its bound, spread over its receivers', async () => {
    for (const receiver of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await owe(4, receiver);
    const shares = await claimedBy('receiver', await claim());
    expect(Object.values(shares)).toEqual(Array(8).fill(2));
  });

  it('gives what room there is to organizations in turn, whoever has more under way comes later', async () => {
    const other = (await anOrganization(postgres.url)).id;
    await owe(100, 'a');
    await claim({ room: 2 });
    await owe(100, 'a', other);
    expect(await claimedBy('organization_id', await claim({ room: 2 }))).toEqual({ [other]: 2 });
  });

  it('goes on where it left off, however many receivers there are', async () => {
    await query(
      `insert into organizations (id, name) select 'org_' || lpad(i::text, 20, '0'), 'x' from generate_series(1, 700) i`,
    );
    await query(
      `insert into webhook_deliveries (organization_id, receiver, url, event_type)
        select id, 'a', 'http://x/', 'execution.completed' from organizations where name = 'x'`,
    );
    const first = await due.claim({ ...LIMITS, room: 1_000 }, undefined);
    const second = await due.claim({ ...LIMITS, room: 1_000 }, first.next);
    expect([first.ids.length, second.ids.length, second.next]).toEqual([500, 200, undefined]);
  });

  it('goes on from there also after a look that came to nothing, since another process was at it', async () => {
    await owe(1, 'a');
    const from = { organizationId: organization, receiver: 'b' };
    const claiming = new pg.Client({ connectionString: postgres.url });
    await claiming.connect();
    await claiming.query('begin');
    await claiming.query('select pg_advisory_xact_lock($1)', [CLAIM_LOCK_ID]);
    const { ids, next } = await due.claim(LIMITS, from);
    await claiming.end();
    expect([ids, next]).toEqual([[], from]);
  });

  it('gives nothing to an organization that is being deleted', async () => {
    await owe(1, 'a');
    await query(`update organizations set status = 'deleting' where id = $1`, [organization]);
    expect(await claim()).toEqual([]);
  });

  it('takes nothing before its time', async () => {
    await owe(1, 'a');
    await query(`update webhook_deliveries set next_attempt_at = now() + interval '1 second'`);
    expect(await claim()).toEqual([]);
  });

  it('gives nothing twice, however many ask at once', async () => {
    for (let at = 0; at < 20; at += 1) await owe(4, `receiver ${String(at)}`);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim({ perOrganization: 80, room: 10 })));
    const ids = claims.flat();
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('webhook claims: ends of executions', () => {
  it('are recorded, though an endpoint is deleted at that moment', async () => {
    const endpoint = 'hook_00000000000000000000';
    await query(
      `insert into webhook_endpoints (id, organization_id, url, events, secret)
        values ($1, $2, 'http://x/', '{execution.completed}', 'x')`,
      [endpoint, organization],
    );
    const execution = await aRow({ query }, organization, { status: 'running' });
    const deleting = new pg.Client({ connectionString: postgres.url });
    await deleting.connect();
    await deleting.query('begin');
    await deleting.query('delete from webhook_endpoints where id = $1', [endpoint]);
    const ending = query(
      `update executions set status = 'completed', exit_reason = 'ok', finished_at = now() where id = $1`,
      [execution],
    );
    await eventually(async () => {
      const waiting = await query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
      return waiting.length > 0;
    });
    await deleting.query('commit');
    await deleting.end();
    await ending;
    expect(await query('select status from executions where id = $1', [execution])).toEqual([{ status: 'completed' }]);
    expect(await query('select id from webhook_deliveries')).toEqual([]);
  });
});

describe('webhook claims: attempts', () => {
  it('begin once for a claim, at whichever process', async () => {
    await owe(1, 'a');
    const [id = ''] = await claim();
    const starts = await Promise.all(Array.from({ length: 5 }, () => due.start(WebhookDeliveryId.parse(id))));
    expect(starts.filter((start) => start !== undefined)).toHaveLength(1);
  });

  it('do not begin without a claim', async () => {
    await owe(1, 'a');
    expect(await due.start(await idOf())).toBeUndefined();
  });

  it('begin anew once the claim of a process that died is over', async () => {
    await owe(1, 'a');
    await claim();
    const id = await idOf();
    await due.start(id);
    expect(await claim()).toEqual([]);
    await query(`update webhook_deliveries set claimed_until = now() - interval '1 second'`);
    expect(await claim()).toEqual([id]);
    expect(await due.start(id)).toMatchObject({ attempts: 2 });
  });

  it('that were thought lost cannot make a later one fail, but can still succeed', async () => {
    await owe(1, 'a');
    await claim();
    const id = await idOf();
    const first = await due.start(id);
    await query(`update webhook_deliveries set claimed_until = now() - interval '1 second'`);
    await claim();
    await due.start(id);
    if (first === undefined) throw new Error('not started');
    const outcome = { error: 'timed_out' as const, status: null, excerpt: null, durationMs: 1 };
    await due.fail(first, outcome, null);
    expect(await query('select status, attempting from webhook_deliveries')).toEqual([
      { status: 'pending', attempting: true },
    ]);
    await due.succeed(first, { ...outcome, error: null, status: 200 });
    expect(await query('select status, attempting from webhook_deliveries')).toEqual([
      { status: 'delivered', attempting: false },
    ]);
  });

  it('of what was delivered do not begin again', async () => {
    await owe(1, 'a');
    await claim();
    await query(`update webhook_deliveries set status = 'delivered'`);
    expect(await due.start(await idOf())).toBeUndefined();
  });
});
