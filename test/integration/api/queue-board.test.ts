import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN } from '../../helpers/operator.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';

const FAILED_KEYS_MAX = '5';

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX });
  worker = await stage.worker(api);
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

const Queues = z.object({ queues: z.array(z.object({ name: z.string() })) });
const basic = (password: string) => `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`;

async function board(path = '/', authorization: string | undefined = basic(ADMIN_TOKEN), method = 'GET') {
  const headers = authorization === undefined ? {} : { authorization };
  return fetch(`${api.url}/admin/queues${path}`, { method, headers });
}

describe('queue board: who is let in', () => {
  it('asks a browser that sends nothing for a password, and counts it as no attempt', async () => {
    for (let asked = 0; asked <= Number(FAILED_KEYS_MAX); asked += 1) {
      const response = await fetch(`${api.url}/admin/queues/`);
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect((await errorOf(response)).code).toBe('INVALID_ADMIN_TOKEN');
    }
    expect((await board()).status).toBe(200);
  });

  it.each([
    ['with the token as password of any name', basic(ADMIN_TOKEN)],
    ['with the token as bearer', `Bearer ${ADMIN_TOKEN}`],
  ])('lets in %s', async (_name, authorization) => {
    expect((await board('/api/queues', authorization)).status).toBe(200);
  });

  it.each([
    ['another password', () => basic('another')],
    ['an API key', () => basic(client.organization.key)],
    ['a pair without a colon', () => `Basic ${Buffer.from(ADMIN_TOKEN).toString('base64')}`],
  ])('refuses %s', async (_name, authorization) => {
    const response = await board('/api/queues', authorization());
    expect((await errorOf(response)).code).toBe('INVALID_ADMIN_TOKEN');
  });

  it('takes a password nowhere else', async () => {
    const response = await fetch(`${api.url}/admin/api/workers`, { headers: { authorization: basic(ADMIN_TOKEN) } });
    expect((await errorOf(response)).code).toBe('INVALID_ADMIN_TOKEN');
  });

  it('is not there without a token for operators', async () => {
    const closed = await stage.api();
    const response = await fetch(`${closed.url}/admin/queues/`, { headers: { authorization: basic('') } });
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });
});

describe('queue board: what it shows', () => {
  it('is a page whose every part comes from here, under a policy of its own', async () => {
    const response = await board();
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    const parts = [...page.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect([part, (await board(`/${part}`)).status]).toEqual([part, 200]);
  });

  it('leaves the policy of everything else as it is', async () => {
    const response = await fetch(`${api.url}/healthz`);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it('shows jobs with their ids and the sizes of what a tenant wrote', async () => {
    const [code, stdin] = ['print("the-marker-of-code")', 'the-marker-of-stdin'];
    worker.use(async ({ cancelled }) => {
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await client.submit({ code, stdin, metadata: { secret: 'the-marker-of-metadata' } });
    await eventually(() => worker.taken.some(({ job }) => job.execution_id === id));
    const { queues } = Queues.parse(await (await board('/api/queues')).json());
    const name = queues.map((queue) => queue.name).find((one) => one.endsWith('executions')) ?? '';
    const list = await (await board(`/api/queues?activeQueue=${encodeURIComponent(name)}&status=active`)).text();
    const one = await (await board(`/api/queues/${encodeURIComponent(name)}/${id}`)).text();
    for (const shown of [list, one]) {
      expect(shown).toContain(id);
      expect(shown).toContain(client.organization.id);
      expect(shown).toContain(`(${String(code.length)} bytes)`);
      expect(shown).not.toContain('the-marker');
    }
    await client.cancel(id);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('changes nothing: it refuses %s', async (method) => {
    const response = await board('/api/queues/executions/pause', basic(ADMIN_TOKEN), method);
    expect((await errorOf(response)).code).toBe('METHOD_NOT_ALLOWED');
  });
});
