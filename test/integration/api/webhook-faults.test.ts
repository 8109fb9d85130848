/** Deliveries while receivers, processes and servers fail: each arrives at least once, and nobody waits for another. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startServiceProcess, type ServiceProcess } from '../../helpers/service-process.ts';
import { echo } from '../../helpers/stand-in-worker.ts';
import { answering, startReceiver, type Receiver } from '../../helpers/webhook-receiver.ts';
import { createApiClient } from '../../helpers/api-client.ts';

const LOCAL = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any' };
const DEAD_DELIVERIES = 1_000;
const PATIENT = { timeoutMs: 60_000, intervalMs: 50 };

let stage: Stage;
let api: TestApi;
let client: Client;
let receiver: Receiver;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api(LOCAL);
  await stage.worker(api, { script: echo });
}, 30_000);

beforeEach(async () => {
  client = await stage.client(api);
  receiver = await startReceiver();
});

afterEach(async () => {
  await stage.query('delete from webhook_deliveries');
  await receiver.stop();
});

afterAll(async () => {
  await stage.close();
});

const rowsOf = (of: Client) =>
  stage.query(`select id, status, attempts, receiver from webhook_deliveries where organization_id = $1`, [
    of.organization.id,
  ]);

/** Deliveries that are due, as ends of executions would leave them. */
async function owe(of: Client, count: number, urls: readonly string[]): Promise<void> {
  const { id } = await of.run({ code: 'x' });
  await stage.query(
    `insert into webhook_deliveries (organization_id, receiver, url, event_type, execution_id)
      select $1, receiver_of(null, url), url, 'execution.completed', $2
      from generate_series(1, $3), unnest($4::text[]) as url`,
    [of.organization.id, id, count, urls],
  );
}

const idsArrived = (at = receiver) => at.received.map(({ headers }) => headers['webhook-id']);

describe('webhook faults: slow receivers', () => {
  it('hold up no other organization, however much waits for them', async () => {
    const dead = await startReceiver(() => undefined);
    const slow = await stage.client(api);
    await owe(slow, DEAD_DELIVERIES, [dead.url]);
    await eventually(() => dead.open() > 0, PATIENT);
    const startedMs = performance.now();
    await client.run({ code: 'x', callback_url: receiver.url });
    await eventually(() => receiver.received.length === 1, PATIENT);
    // An attempt at the dead one takes 10 s, and one after the other would take hours.
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(dead.open()).toBeLessThanOrEqual(8);
    await dead.stop();
  }, 60_000);

  it('hold up no other receiver of their organization', async () => {
    const dead = await startReceiver(() => undefined);
    const endpoint = { url: receiver.url, events: ['execution.completed'] };
    await client.request('POST', '/v1/webhooks/endpoints', { body: endpoint });
    await owe(client, 200, [dead.url]);
    await eventually(() => dead.open() > 0, PATIENT);
    await client.run({ code: 'x' });
    await eventually(() => receiver.received.length === 2, PATIENT);
    await dead.stop();
  }, 60_000);

  it('get no more than their share at once, though hosts are many', async () => {
    let atOnce = 0;
    let most = 0;
    const many = await startReceiver(undefined, undefined, '0.0.0.0');
    many.use((_req, res) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      setTimeout(() => {
        atOnce -= 1;
        res.writeHead(204).end();
      }, 20);
    });
    // On Linux all of 127.0.0.0/8 is this host.
    const hosts = Array.from({ length: 40 }, (_none, at) => `http://127.0.0.${String(at + 1)}:${String(many.port)}/`);
    await owe(client, 2, hosts);
    await eventually(() => many.received.length === 80, PATIENT);
    expect(most).toBeLessThanOrEqual(32);
    expect(most).toBeGreaterThan(8);
    expect(new Set((await rowsOf(client)).map((row) => row['receiver'])).size).toBeLessThanOrEqual(16);
    await many.stop();
  }, 60_000);
});

describe('webhook faults: processes', () => {
  it('attempt each delivery once, though several processes send', async () => {
    const others = [await stage.api(LOCAL), await stage.api(LOCAL)];
    await owe(client, 300, [receiver.url]);
    await eventually(async () => (await rowsOf(client)).every(({ status }) => status === 'delivered'), PATIENT);
    expect(idsArrived()).toHaveLength(300);
    expect(new Set(idsArrived()).size).toBe(300);
    await Promise.all(others.map((other) => other.stop()));
  }, 60_000);

  it('that are killed leave each delivery to arrive at least once, under its id', async () => {
    await api.stop();
    const start = async (): Promise<ServiceProcess> => {
      const started = startServiceProcess('api/main.ts', {
        ...LOCAL,
        DATABASE_URL: stage.postgres.url,
        REDIS_URL: stage.redis.url,
        REDIS_NAMESPACE: stage.namespace,
        PORT: '0',
        // A proxy of the environment has no say: it would get nothing to work.
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: 'http://127.0.0.1:9',
        http_proxy: 'http://127.0.0.1:9',
      });
      return started;
    };
    const victim = await start();
    const url = String((await victim.logged('listening'))['url']);
    const killed = { ...createApiClient(url, client.organization.key), organization: client.organization };
    receiver.use(() => undefined);
    await owe(killed, 20, [receiver.url]);
    await eventually(() => receiver.received.length >= 3, PATIENT);
    await victim.end('SIGKILL');
    const before = new Set(idsArrived());
    receiver.use(answering(204));
    const survivor = await start();
    await eventually(async () => (await rowsOf(killed)).every(({ status }) => status === 'delivered'), PATIENT);
    await survivor.end();
    const rows = await rowsOf(killed);
    expect(new Set(idsArrived())).toEqual(new Set(rows.map(({ id }) => id)));
    expect([...before].every((id) => idsArrived().filter((one) => one === id).length >= 2)).toBe(true);
    api = await stage.api(LOCAL);
  }, 120_000);

  it('that close leave what is under way to others', async () => {
    const { stop } = await stage.api(LOCAL);
    receiver.use(() => undefined);
    await owe(client, 4, [receiver.url]);
    await eventually(() => receiver.received.length === 4, PATIENT);
    await stop();
    await api.stop();
    receiver.use(answering(204));
    api = await stage.api(LOCAL);
    await eventually(async () => (await rowsOf(client)).every(({ status }) => status === 'delivered'), PATIENT);
    const rows = await rowsOf(client);
    expect(new Set(idsArrived())).toEqual(new Set(rows.map(({ id }) => id)));
  }, 90_000);
});

describe('webhook faults: servers', () => {
  it('lose nothing when Redis is wiped', async () => {
    receiver.use(answering(500));
    await owe(client, 10, [receiver.url]);
    await eventually(() => receiver.received.length === 10, PATIENT);
    const boundary = stage.boundary();
    await boundary.redis.flushall();
    receiver.use(answering(204));
    await stage.query(`update webhook_deliveries set next_attempt_at = now() where status = 'pending'`);
    await eventually(async () => (await rowsOf(client)).every(({ status }) => status === 'delivered'), PATIENT);
  }, 60_000);

  it('lose nothing while the database is away', async () => {
    await client.request('POST', '/v1/webhooks/endpoints', { body: { url: receiver.url } });
    receiver.use((_req, res) => {
      stage.postgres.freeze();
      res.writeHead(204).end();
    });
    await client.submit({ code: 'x' });
    await eventually(() => receiver.received.length === 1, PATIENT);
    receiver.use(answering(204));
    stage.postgres.thaw();
    await eventually(async () => (await rowsOf(client)).every(({ status }) => status === 'delivered'), PATIENT);
    expect(new Set(idsArrived()).size).toBe(1);
  }, 60_000);
});
