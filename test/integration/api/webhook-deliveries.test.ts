import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WEBHOOK_ATTEMPTS_KEPT_MAX } from '../../../shared/contracts/limits.ts';
import { WebhookDelivery, WebhookEndpoint } from '../../../shared/contracts/webhook.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo } from '../../helpers/stand-in-worker.ts';
import {
  arrived,
  createWebhookCalls,
  DELIVERIES,
  firstOf,
  listed,
  parsed,
  type WebhookCalls,
} from '../../helpers/webhook-calls.ts';
import { answering, startReceiver, type Receiver } from '../../helpers/webhook-receiver.ts';

const ADMIN_TOKEN = 'operator-token-of-the-webhook-tests';

let stage: Stage;
let api: TestApi;
let client: Client;
let calls: WebhookCalls;
let receiver: Receiver;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any', METRICS_PORT: '0', ADMIN_TOKEN });
  await stage.worker(api, { script: echo });
}, 30_000);

beforeEach(async () => {
  client = await stage.client(api);
  calls = createWebhookCalls(client);
  receiver = await startReceiver();
});

afterEach(async () => {
  await receiver.stop();
});

afterAll(async () => {
  await stage.close();
});

/** Makes what waits for its retry due now. */
const hurry = () =>
  stage.query(
    `update webhook_deliveries set next_attempt_at = now() where status = 'pending' and organization_id = $1`,
    [client.organization.id],
  );

/** The delivery once so many attempts of it are over, however long the pauses between them would be. */
async function after(attempts: number, id: string): Promise<WebhookDelivery> {
  return eventually(
    async () => {
      const now = await calls.delivery(id);
      const isUnderWay = now.last_attempt?.duration_ms === null;
      if (!isUnderWay && now.attempts < attempts) await hurry();
      return now.attempts >= attempts && !isUnderWay && now;
    },
    { timeoutMs: 20_000, intervalMs: 50 },
  );
}

/** The only delivery there is. */
const deliveryId = async () => (await calls.deliveries()).data[0]?.id ?? '';

describe('webhook deliveries: retries', () => {
  it('carry the same id and body until an answer is 2xx', async () => {
    receiver.use(answering(503, {}, 'not now'));
    await client.submit({ code: 'again', callback_url: receiver.url });
    await firstOf(receiver);
    const failed = await after(1, await deliveryId());
    expect(failed).toMatchObject({
      status: 'pending',
      attempts: 1,
      last_attempt: { response_status: 503, response_excerpt: 'not now', error: 'status' },
    });
    receiver.use(answering(200, {}, 'thanks'));
    expect(await after(2, failed.id)).toMatchObject({
      status: 'delivered',
      last_attempt: { response_status: 200, response_excerpt: 'thanks', error: null },
      next_attempt_at: null,
    });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([failed.id]));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('end 24 hours after the event', async () => {
    receiver.use(answering(500));
    await client.submit({ code: 'late', callback_url: receiver.url });
    await firstOf(receiver);
    const id = await deliveryId();
    await stage.query(`update webhook_deliveries set retry_until = now() where id = $1`, [id]);
    await after(1, id);
    await hurry();
    const given = await eventually(async () => {
      const now = await calls.delivery(id);
      return now.status === 'failed' && now;
    });
    expect(given.next_attempt_at).toBeNull();
  });

  it('wait as long as the receiver asks for', async () => {
    receiver.use(answering(429, { 'retry-after': '3600' }));
    await client.submit({ code: 'later', callback_url: receiver.url });
    await firstOf(receiver);
    const { next_attempt_at: next } = await after(1, await deliveryId());
    expect(Date.parse(String(next)) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('go to where the endpoint is by then', async () => {
    receiver.use(answering(500));
    const { id } = await calls.create({ url: receiver.url });
    await client.run({ code: 'moved' });
    const first = await firstOf(receiver);
    const elsewhere = await startReceiver();
    await calls.change(id, { url: elsewhere.url });
    await after(2, await deliveryId());
    expect(elsewhere.received[0]?.headers['webhook-id']).toBe(first.headers['webhook-id']);
    await elsewhere.stop();
  });

  it('are no more for an endpoint that failed for days, which is switched off', async () => {
    receiver.use(answering(500));
    const { id } = await calls.create({ url: receiver.url });
    await client.run({ code: 'x' });
    await eventually(async () => (await calls.endpoint(id)).failing_since !== null);
    const daysAgo = `now() - interval '5 days 1 minute'`;
    await stage.query(`update webhook_endpoints set failing_since = ${daysAgo} where id = $1`, [id]);
    await client.run({ code: 'y' });
    await eventually(async () => (await calls.endpoint(id)).status === 'failing');
    await eventually(async () => (await calls.deliveries('?status=failed')).data.length === 2);
    const written = `select actor_type from audit_entries where action = 'webhook_endpoint.switch_off' and target_id = $1`;
    await eventually(async () => (await stage.query(written, [id])).length === 1);
    await client.run({ code: 'z' });
    expect((await calls.deliveries()).data).toHaveLength(2);
    expect(await calls.change(id, { status: 'enabled' })).toMatchObject({ status: 'enabled', failing_since: null });
  });

  it('are no more for an endpoint that is switched off while it answers', async () => {
    let answer = (): void => undefined;
    receiver.use((_req, res) => {
      answer = () => void res.writeHead(500).end();
    });
    const { id } = await calls.create({ url: receiver.url });
    await client.run({ code: 'x' });
    await firstOf(receiver);
    await calls.change(id, { status: 'disabled' });
    answer();
    const failed = await after(1, await deliveryId());
    expect(failed).toMatchObject({ status: 'failed', next_attempt_at: null, last_attempt: { error: 'status' } });
  });

  it('can be asked for, whatever came of the delivery', async () => {
    await client.submit({ code: 'x', callback_url: receiver.url });
    await firstOf(receiver);
    const id = await deliveryId();
    await eventually(async () => (await calls.delivery(id)).status === 'delivered');
    await calls.redeliver(id);
    expect((await arrived(receiver, 2))[1]?.headers['webhook-id']).toBe(id);
  });
});

describe('webhook deliveries: log', () => {
  it('is read in pages, newest first', async () => {
    for (const code of ['one', 'two', 'three']) await client.run({ code, callback_url: receiver.url });
    const all = (await calls.deliveries()).data.map(({ id }) => id);
    const first = await calls.deliveries('?limit=2');
    const rest = await calls.deliveries(`?limit=2&after=${String(first.last_id)}`);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(all);
    expect([first.has_more, rest.has_more, all.length]).toEqual([true, false, 3]);
  });

  it('tells how each attempt went, also of one that was sent again', async () => {
    receiver.use(answering(503));
    await client.submit({ code: 'x', callback_url: receiver.url });
    await firstOf(receiver);
    const { id, last_attempt: first } = await after(1, await deliveryId());
    receiver.use(answering(200));
    await after(2, id);
    await calls.redeliver(id);
    const { attempt_history: history } = await after(1, id);
    expect(history.map(({ response_status: status, error }) => [status, error])).toEqual([
      [503, 'status'],
      [200, null],
      [200, null],
    ]);
    expect(history[0]).toMatchObject({ at: first?.at, duration_ms: first?.duration_ms });
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted());
  });

  it('keeps the newest attempts alone of one that was made too often', async () => {
    await client.submit({ code: 'x', callback_url: receiver.url });
    await firstOf(receiver);
    const { id } = await after(1, await deliveryId());
    const older = Array.from({ length: WEBHOOK_ATTEMPTS_KEPT_MAX }, (_one, place) => ({
      at: new Date(place).toISOString(),
      duration_ms: place,
      response_status: null,
      error: 'timed_out',
    }));
    await stage.query(`update webhook_deliveries set attempt_history = $2 where id = $1`, [id, JSON.stringify(older)]);
    await calls.redeliver(id);
    const { attempt_history: history } = await after(1, id);
    expect(history.slice(0, -1)).toEqual(older.slice(1));
    expect(history.at(-1)).toMatchObject({ response_status: 204, error: null });
  });

  it('shows another organization’s as one that does not exist', async () => {
    await client.run({ code: 'x', callback_url: receiver.url });
    const id = await deliveryId();
    const other = await stage.client(api);
    const answers = await Promise.all([
      other.request('GET', `${DELIVERIES}/${id}`),
      other.request('GET', `${DELIVERIES}?after=${id}`),
      other.request('POST', `${DELIVERIES}/${id}/redeliver`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('goes with its execution', async () => {
    const { id } = await client.run({ code: 'x', callback_url: receiver.url });
    await client.delete(id);
    expect(await stage.query(`select id from webhook_deliveries where execution_id = $1`, [id])).toEqual([]);
  });

  it('is kept for 30 days', async () => {
    const aged = `insert into webhook_deliveries (organization_id, receiver, url, event_type, status, created_at)
      values ($1, 'x', 'http://x/', 'webhook.test', $2, now() - $3::interval)`;
    for (const [status, age] of [
      ['delivered', '30 days 1 minute'],
      ['delivered', '29 days'],
      ['failed', '30 days 1 minute'],
    ]) {
      await stage.query(aged, [client.organization.id, status, age]);
    }
    // Its first pass is at once.
    const other = await stage.api();
    await eventually(async () => (await calls.deliveries()).data.length === 1);
    await other.stop();
  });

  it('is open to operators, who may send again', async () => {
    const { secret } = await calls.create({ url: receiver.url });
    await client.run({ code: 'x' });
    await firstOf(receiver);
    const asOperator = (path: string, method = 'GET') =>
      fetch(`${api.url}/admin/api/organizations/${client.organization.id}/webhooks${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
    const { data: endpoints } = await parsed(listed(WebhookEndpoint), 200, asOperator(''));
    expect(endpoints).toHaveLength(1);
    expect(JSON.stringify(endpoints)).not.toContain(secret);
    const { data } = await parsed(listed(WebhookDelivery), 200, asOperator('/deliveries'));
    const id = data[0]?.id ?? '';
    await eventually(async () => (await calls.delivery(id)).status === 'delivered');
    await parsed(WebhookDelivery, 202, asOperator(`/deliveries/${id}/redeliver`, 'POST'));
    await arrived(receiver, 2);
  });

  it('is counted by what came of attempts, without naming anyone', async () => {
    const scrape = async () => (await fetch(String(api.metricsUrl))).text();
    await client.run({ code: 'x', callback_url: receiver.url });
    await eventually(async () => /ci_webhook_attempts_total\{outcome="delivered"\} [1-9]/.test(await scrape()));
    const text = await scrape();
    expect(text).toMatch(/ci_webhook_oldest_due_seconds \d/);
    expect(text).not.toMatch(/\b(?:hook|msg|org)_[0-9a-z]{8}/);
  });
});
