/** Operators read a conversation of a model with code, and end one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { eventually } from '../helpers/eventually.ts';
import { callsCode, fails, says, startModelServer, type ModelServer } from '../helpers/model-server.ts';
import type { Operator } from '../helpers/operator.ts';
import { ask, modelSettings } from '../helpers/response-stage.ts';
import { formOf } from '../helpers/uploads.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
const FILE_NAME = '<img src=x onerror=globalThis.pwned=1>.csv';
const SLEEPS = 'import time\ntime.sleep(25)';

let provider: ModelServer;
let stage: DashboardStage;
let tenant: Awaited<ReturnType<Operator['aTenant']>>;

beforeAll(async () => {
  provider = await startModelServer();
  stage = await startDashboardStage({ env: modelSettings(provider.url) });
  await stage.makeAccounts();
  tenant = await stage.operator.aTenant({ name: 'Northwind Analytics and Statistical Consulting International' });
}, 120_000);

afterAll(async () => {
  await stage.stop();
  await provider.stop();
}, 60_000);

async function made(body: object): Promise<string> {
  const answer = await stage.service.call('/v1/model/response', { key: tenant.key.key, body });
  return String(Object(answer.body).id);
}

/** Elements that reach over the edge of their card, and whether the page is wider than its window. */
const OVERFLOW = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
  ...[...document.querySelectorAll('.card *')].filter((element) =>
    element.closest('.section-body') !== null &&
    element.getBoundingClientRect().right > element.closest('.card').getBoundingClientRect().right,
  ).map((element) => element.textContent),
]`;

describe('operators: a response', () => {
  it(
    'shows what each step took, its code, and the files that came with it',
    async () => {
      const file = await tenant.upload(formOf('a,b\n1,2\n', { name: FILE_NAME }));
      provider.use(fails(503, { 'retry-after': '0' }), callsCode('print(6 * 7)'), says('It is **42**.'));
      const content = [
        { type: 'text', text: 'How much?' },
        { type: 'file', file_id: file.id },
      ];
      const tools = [{ type: 'code_interpreter' }, { type: 'file_retrieval' }];
      const id = await made(ask({ inputs: [{ role: 'user', content }], tools }));
      const { page, complaints } = await stage.enter({ role: 'viewer' });
      await page.goto(`/admin/responses/${id}`);
      const conversation = page.getByRole('region', { name: 'Conversation' });
      await conversation.getByText(/Step 1 model .+ first token after .+ 10 tokens in, 5 out · 2 attempts/).waitFor();
      await conversation.getByText(/Step 2 model .+ 10 tokens in, 5 out/).waitFor();
      await conversation.locator('strong').getByText('42').waitFor();
      const link = conversation.getByRole('article', { name: 'Files' }).getByRole('link', { name: FILE_NAME });
      expect(await link.getAttribute('href')).toContain(`/organizations/${tenant.organization.id}?tab=files`);
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
      await page.getByRole('region', { name: 'Details' }).getByText('Northwind').waitFor();
      for (const width of [1280, 1120, 390]) {
        await page.setViewportSize({ width, height: 844 });
        expect([width, await page.evaluate(OVERFLOW)]).toEqual([width, []]);
      }
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'is cancelled after a question',
    async () => {
      provider.use(callsCode(SLEEPS));
      const id = await made(ask({ background: true }));
      await eventually(() => provider.requests.length === 1);
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/responses/${id}`);
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel the response' }).click();
      await page.getByRole('heading', { level: 1 }).getByText('cancelled').waitFor();
      await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'detached' });
      const [entry] = await stage.operator.audit({ action: 'response.cancel' });
      expect(entry).toMatchObject({ outcome: 'done', target_id: id, actor: { type: 'account' } });
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});
