import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OVERVIEW_STREAMS_MAX } from '../../../api/services/overview.ts';
import { Overview, OverviewTick } from '../../../shared/contracts/operator-overview.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { readEvents } from '../../helpers/sse.ts';
import { echo } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let operator: Operator;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  await stage.worker(api, { script: echo, workerId: 'worker_one' });
  operator = createOperator(api.url);
  client = await stage.client(api);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const read = async (range: string) =>
  Overview.parse(await bodyOf(await operator.request('GET', `/admin/api/overview?range=${range}`)));

const events = (signal: AbortSignal) =>
  fetch(`${api.url}/admin/api/overview/events`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` }, signal });

describe('operator overview', () => {
  it.each([
    ['hour', 60, 60],
    ['day', 900, 96],
    ['week', 3_600, 168],
  ])('tells of a %s by steps of %i s, also of those in which nothing happened', async (range, seconds, steps) => {
    const told = await read(range);
    expect(told.bucket_seconds).toBe(seconds);
    expect(told.data).toHaveLength(steps);
    expect(told.data[0]?.start).toBe(told.from);
    expect(told.data.at(-1)?.end).toBe(told.to);
    expect(Date.parse(told.to)).toBeGreaterThan(Date.now() - 1_000);
  });

  it('counts an execution once, before it is summed up and after', async () => {
    const { id } = await client.run({ code: 'x' });
    const counted = async () => {
      const { totals, organizations } = await read('day');
      return [totals.created, totals.started, totals.ended, totals.by_exit_reason.ok, organizations[0]?.executions];
    };
    await eventually(async () => (await counted())[2] === 1);
    expect(await counted()).toEqual([1, 1, 1, 1, 1]);
    await stage.query(`update usage_entries set counted_at = now() - interval '1 minute' where execution_id = $1`, [
      id,
    ]);
    await eventually(async () => (await stage.query('select 1 from usage_entries')).length === 0);
    expect((await stage.query('select distinct step_seconds from activity')).length).toBe(3);
    const fresh = await stage.api({ ADMIN_TOKEN }); // knows nothing of what was told before
    const again = Overview.parse(
      await bodyOf(await createOperator(fresh.url).request('GET', '/admin/api/overview?range=day')),
    );
    expect(again.totals).toMatchObject({ created: 1, started: 1, ended: 1 });
    expect(again.totals.wall_ms?.p50).toBeGreaterThan(0.9);
    expect(again.totals.wall_ms?.p50).toBeLessThan(1.1);
  });

  it('tells what is now: queue, workers, health', async () => {
    const { now } = await read('hour');
    expect(now.queue).toMatchObject({ object: 'queue', queued: 0 });
    expect(now.workers).toMatchObject([{ id: 'worker_one', state: 'taking', busy: 0 }]);
    expect(now.health).toMatchObject({ database: { ok: true }, redis: { ok: true }, engines: { ok: true } });
  });
});

describe('operator overview: events', () => {
  it('tells the last minute at once and again, until the client leaves', async () => {
    const leaving = new AbortController();
    const ticks: OverviewTick[] = [];
    for await (const { event, data } of readEvents(await events(leaving.signal))) {
      expect(event).toBe('overview');
      ticks.push(OverviewTick.parse(data));
      if (ticks.length === 2) break;
    }
    leaving.abort();
    expect(ticks[0]?.last_minute?.created).toBeGreaterThanOrEqual(0);
    expect(ticks[1]?.now.at).not.toBe(ticks[0]?.now.at);
  });

  it('has as many streams as it may, and gives the places back', async () => {
    const leaving = new AbortController();
    const open = await Promise.all(Array.from({ length: OVERVIEW_STREAMS_MAX }, () => events(leaving.signal)));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    expect(await errorOf(await events(leaving.signal))).toMatchObject({ code: 'TOO_MANY_STREAMS' });
    leaving.abort();
    await eventually(async () => {
      const again = new AbortController();
      const { status } = await events(again.signal);
      again.abort();
      return status === 200;
    });
  });
});
