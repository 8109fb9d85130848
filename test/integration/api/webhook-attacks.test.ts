/** Receivers that a tenant may not have, from the request to the attempt, as the service is set up by default. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startReceiver, type Receiver } from '../../helpers/webhook-receiver.ts';

const ENDPOINTS = '/v1/webhooks/endpoints';

let stage: Stage;
let api: TestApi;
let client: Client;
let canary: Receiver;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  canary = await startReceiver();
}, 30_000);

afterAll(async () => {
  expect(canary.connections()).toBe(0);
  await canary.stop();
  await stage.close();
});

const REFUSED: readonly (readonly [url: string, why: string])[] = [
  ['https://127.0.0.1/', 'internet'],
  ['https://0x7f.1/', 'internet'],
  ['https://2130706433/', 'internet'],
  ['https://[::ffff:127.0.0.1]/', 'internet'],
  ['https://[fd00:ec2::254]/', 'internet'],
  ['https://169.254.169.254/latest/meta-data', 'internet'],
  ['https://localhost/', 'internet'],
  ['https://example.com:6379/', '443, 80'],
  ['http://example.com/', 'https://'],
];

describe('webhook attacks: requests', () => {
  it.each(REFUSED)('are refused for a callback to %s', async (callback_url, why) => {
    const error = await errorOf(await client.post({ code: 'x', callback_url }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param: 'callback_url' });
    expect(error.message).toContain(why);
  });

  it.each(REFUSED)('are refused for an endpoint at %s', async (url, why) => {
    const error = await errorOf(await client.request('POST', ENDPOINTS, { body: { url } }));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param: 'url' });
    expect(error.message).toContain(why);
  });

  it('are refused for an endpoint that is to move there', async () => {
    const made = await client.request('POST', ENDPOINTS, { body: { url: 'https://example.com/' } });
    const { id } = (await made.json()) as { id: string };
    const error = await errorOf(
      await client.request('PATCH', `${ENDPOINTS}/${id}`, { body: { url: 'https://10.0.0.1/' } }),
    );
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param: 'url' });
    await client.request('DELETE', `${ENDPOINTS}/${id}`);
  });

  it('take in nothing that they refuse', async () => {
    expect(await stage.query('select id from executions')).toEqual([]);
    expect(await stage.query('select id from webhook_endpoints')).toEqual([]);
  });
});

describe('webhook attacks: attempts', () => {
  it('do not trust what was stored when more was allowed', async () => {
    await stage.query(
      `insert into webhook_endpoints (id, organization_id, url, events, secret)
        values ('hook_00000000000000000000', $1, $2, '{execution.completed}', 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0')`,
      [client.organization.id, canary.url],
    );
    await client.request('POST', `${ENDPOINTS}/hook_00000000000000000000/test`);
    const row = await eventually(async () => {
      const [found] = await stage.query(`select status, error from webhook_deliveries where status <> 'pending'`);
      return found;
    });
    expect(row).toEqual({ status: 'failed', error: 'url_refused' });
  });
});
