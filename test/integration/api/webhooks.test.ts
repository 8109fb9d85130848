import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookEvent } from '../../../shared/contracts/webhook.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, type Script } from '../../helpers/stand-in-worker.ts';
import { createWebhookCalls, ENDPOINTS, firstOf, verified, type WebhookCalls } from '../../helpers/webhook-calls.ts';
import { answering, startReceiver, type Received, type Receiver } from '../../helpers/webhook-receiver.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let calls: WebhookCalls;
let receiver: Receiver;

/** Code ends as it says; what says nothing of it prints itself. */
const script: Script = async (scene) => {
  if (scene.run.job.code === 'raise') return { exit: { reason: 'exception', code: 1, signal: null } };
  if (scene.run.job.code !== 'hang') return echo(scene);
  await scene.cancelled;
  return { exit: { reason: 'cancelled', code: null, signal: null } };
};

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any' });
  await stage.worker(api, { script });
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

const create = (body: object = {}) => calls.create({ url: receiver.url, ...body });
const eventIn = ({ body }: Received) => WebhookEvent.parse(JSON.parse(body));
const signatureCount = ({ headers }: Received) => (headers['webhook-signature'] ?? '').split(' ').length;

describe('webhooks: callback of an execution', () => {
  it('posts the finished execution, signed with the secret of the organization', async () => {
    const { id } = await client.submit({ code: 'hello', callback_url: receiver.url });
    const received = await firstOf(receiver);
    const event = verified(received, (await calls.secret()).secret);
    expect(event.type).toBe('execution.completed');
    expect(event.data).toEqual(await client.read(id));
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'code-interpreter-webhooks/1',
      'webhook-id': expect.stringMatching(/^msg_[0-9a-z]{20}$/),
    });
  });

  it.each([
    ['completed', 'fine'],
    ['failed', 'raise'],
  ])('tells of an execution that is %s', async (status, code) => {
    await client.submit({ code, callback_url: receiver.url });
    expect(eventIn(await firstOf(receiver))).toMatchObject({ type: `execution.${status}`, data: { status } });
  });

  it('tells of one that was cancelled', async () => {
    const { id } = await client.submit({ code: 'hang', callback_url: receiver.url });
    await client.cancel(id);
    expect(eventIn(await firstOf(receiver))).toMatchObject({ type: 'execution.cancelled', data: { id } });
  });

  it('tells once, however the end is told', async () => {
    const { id } = await client.submit({ code: 'once', callback_url: receiver.url });
    await firstOf(receiver);
    await stage.query(`update executions set status = 'failed', finished_at = now() where id = $1`, [id]);
    expect((await calls.deliveries(`?execution_id=${id}`)).data).toHaveLength(1);
  });

  it('leaves out what is too large and says so', async () => {
    await client.submit({ code: `print("${'x'.repeat(200_000)}")`, callback_url: receiver.url });
    const received = await firstOf(receiver);
    const { data } = eventIn(received);
    expect(data).toMatchObject({ outputs_omitted: true, code: expect.stringContaining('xxx') });
    expect(data).not.toHaveProperty('stdout');
    expect(data).not.toHaveProperty('outputs');
    expect(Buffer.byteLength(received.body)).toBeLessThanOrEqual(256 * 1024);
  });

  it('is signed with both secrets while one takes over from the other', async () => {
    const { secret: old } = await calls.secret();
    const { secret, previous_until: until } = await calls.rotateSecret({});
    expect(Date.parse(String(until)) - Date.now()).toBeGreaterThan(86_000_000);
    await client.submit({ code: 'x', callback_url: receiver.url });
    const received = await firstOf(receiver);
    expect(verified(received, old)).toEqual(verified(received, secret));
    expect((await calls.secret()).secret).toBe(secret);
  });

  it.each([
    ['ftp://example.com/', 'must be a URL'],
    ['https://user:secret@example.com/', 'user name'],
    ['https://example.com/a\r\nX-Injected: 1', 'control characters'],
    ['https://example.com/ a', 'spaces'],
    [`https://example.com/${'a'.repeat(2_029)}`, '2048'],
    ['https:example.com', 'must be a URL'],
    ['//example.com', 'must be a URL'],
  ])('refuses %.40s', async (callback_url, message) => {
    const error = await errorOf(await client.post({ code: 'x', callback_url }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param: 'callback_url', status: 422 });
    expect(error.message).toContain(message);
  });

  it('takes a URL of 2,048 characters', async () => {
    const callback_url = receiver.url + 'a'.repeat(2_048 - receiver.url.length);
    expect(await client.submit({ code: 'x', callback_url })).toMatchObject({ callback_url });
    expect((await firstOf(receiver)).path).toBe(new URL(callback_url).pathname);
  });
});

describe('webhooks: endpoints', () => {
  it('get the events that they ask for', async () => {
    const { secret } = await create({ events: ['execution.failed'] });
    await client.run({ code: 'fine' });
    await client.run({ code: 'raise' });
    expect(verified(await firstOf(receiver), secret).type).toBe('execution.failed');
    expect((await calls.deliveries()).data).toHaveLength(1);
  });

  it('get nothing of another organization', async () => {
    await create();
    const other = await stage.client(api);
    await other.run({ code: 'other' });
    await client.run({ code: 'own' });
    await firstOf(receiver);
    expect(receiver.received.map(eventIn)).toMatchObject([{ data: { code: 'own' } }]);
    expect((await createWebhookCalls(other).deliveries()).data).toEqual([]);
  });

  it('show their secret at creation alone', async () => {
    const { secret, ...rest } = await create({ description: 'Mine' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await calls.endpoint(rest.id)).toEqual(rest);
    const all = await (await client.request('GET', ENDPOINTS)).text();
    expect(all).toContain(rest.id);
    expect(all).not.toContain(secret);
  });

  it('are signed with both secrets while one takes over from the other', async () => {
    const { id, secret: old } = await create();
    const { secret } = await calls.rotate(id, { overlap_s: 600 });
    await client.run({ code: 'x' });
    const received = await firstOf(receiver);
    expect(signatureCount(received)).toBe(2);
    expect(verified(received, old)).toEqual(verified(received, secret));
  });

  it('are signed with the new secret alone after it', async () => {
    const { id, secret: old } = await create();
    await calls.rotate(id, { overlap_s: 0 });
    await client.run({ code: 'x' });
    const received = await firstOf(receiver);
    expect(signatureCount(received)).toBe(1);
    expect(() => verified(received, old)).toThrow('No matching signature');
  });

  it('can be tested, also when they are switched off', async () => {
    const { id, secret } = await create();
    await calls.change(id, { status: 'disabled' });
    const test = await calls.test(id);
    const received = await firstOf(receiver);
    expect(verified(received, secret)).toMatchObject({ type: 'webhook.test', data: { endpoint_id: id } });
    await eventually(async () => (await calls.delivery(test.id)).status === 'delivered');
  });

  it('that are switched off get nothing, and what waits for them is given up', async () => {
    receiver.use(answering(500));
    const { id } = await create();
    await client.run({ code: 'one' });
    await eventually(async () => (await calls.deliveries()).data[0]?.last_attempt?.error === 'status');
    await calls.change(id, { status: 'disabled' });
    await client.run({ code: 'two' });
    expect((await calls.deliveries()).data).toMatchObject([
      { status: 'failed', last_attempt: { error: 'endpoint_disabled' } },
    ]);
  });

  it('are 20 at most, also when many are made at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 22 }, () => client.request('POST', ENDPOINTS, { body: { url: receiver.url } })),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([...Array<number>(20).fill(201), 409, 409]);
    const refused = made.find(({ status }) => status === 409);
    expect(refused && (await errorOf(refused))).toMatchObject({ code: 'TOO_MANY_WEBHOOK_ENDPOINTS' });
  });

  it.each([
    [{ events: [] }, 'events'],
    [{ events: ['execution.started'] }, 'events.0'],
    [{ events: ['execution.failed', 'execution.failed'] }, 'events'],
    [{ description: 'x'.repeat(257) }, 'description'],
    [{ secret: 'mine' }, 'secret'],
  ])('are refused with %.60j', async (change, param) => {
    const answer = await client.request('POST', ENDPOINTS, { body: { url: receiver.url, ...change } });
    expect(await errorOf(answer)).toMatchObject({ code: 'VALIDATION_ERROR', param });
  });

  it.each([-1, 604_801, 0.5])('keep no old secret for %d seconds', async (overlap_s) => {
    const answer = await client.request('POST', '/v1/webhooks/secret/rotate', { body: { overlap_s } });
    expect(await errorOf(answer)).toMatchObject({ code: 'VALIDATION_ERROR', param: 'overlap_s' });
  });

  it('go with their deliveries', async () => {
    const { id } = await create({ description: 'x'.repeat(256) });
    await client.run({ code: 'x' });
    await firstOf(receiver);
    expect((await client.request('DELETE', `${ENDPOINTS}/${id}`)).status).toBe(200);
    expect((await client.request('GET', `${ENDPOINTS}/${id}`)).status).toBe(404);
    expect((await calls.deliveries()).data).toEqual([]);
  });

  it('write down who changed them, without secrets', async () => {
    const { id, secret } = await create();
    await calls.change(id, { description: 'private words' });
    await calls.rotate(id, {});
    await client.request('DELETE', `${ENDPOINTS}/${id}`);
    const entries = await stage.query(`select * from audit_entries where target_id = $1 order by id`, [id]);
    expect(entries.map(({ action, actor_id }) => [action, actor_id])).toEqual(
      ['webhook_endpoint.create', 'webhook_endpoint.change', 'webhook_secret.rotate', 'webhook_endpoint.delete'].map(
        (action) => [action, client.organization.keyId],
      ),
    );
    expect(JSON.stringify(entries)).not.toContain(secret.slice('whsec_'.length, 20));
    expect(JSON.stringify(entries)).not.toContain('private words');
  });
});
