/** Operators hold work back and let it go on: of everyone, of one organization, of one worker; and post results again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { eventually } from '../helpers/eventually.ts';
import { createWebhookCalls } from '../helpers/webhook-calls.ts';
import { answering, startReceiver, type Receiver } from '../helpers/webhook-receiver.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
const MARKUP = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';
/** From the last sign of life to the page. */
const DEAD_MS_MAX = 10_000;

let stage: DashboardStage;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver(answering(500, { 'content-type': 'text/html' }, MARKUP));
  stage = await startDashboardStage({
    workers: 2,
    slots: 1,
    env: { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any' },
  });
  await stage.makeAccounts();
}, 120_000);

afterAll(async () => {
  await stage.stop();
  await receiver.stop();
}, 60_000);

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const confirm = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

async function submit(code: string): Promise<string> {
  const { body } = await stage.service.call('/v1/executions', { body: { code } });
  return String(Object(body).id);
}

describe('operators: the queue', () => {
  it(
    'is paused and resumed, and what waits is cancelled by number',
    async () => {
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto('/admin/queue');
      await press(page, 'Pause');
      await confirm(page, 'Pause');
      await page.getByRole('button', { name: 'Resume', exact: true }).first().waitFor();
      const ids = [await submit('1'), await submit('2')];
      await press(page, 'Cancel many…');
      await confirm(page, 'Cancel 2 executions');
      for (const id of ids) await stage.service.reaches(id, 'cancelled');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      const last = await submit('3');
      await page.getByRole('button', { name: 'Resume', exact: true }).first().click();
      await stage.service.reaches(last, 'completed');
      await page.getByRole('button', { name: 'Pause', exact: true }).first().waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: an organization', () => {
  it(
    'is suspended and resumed, and gets a quota of its own',
    async () => {
      const tenant = await stage.operator.aTenant({ name: 'Tidewater' });
      const { page, complaints } = await stage.enter();
      await page.goto(`/admin/organizations/${tenant.organization.id}?tab=quotas`);
      await press(page, 'Edit quotas');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Running at once').fill('three');
      await dialog.getByText('This is no number.').waitFor();
      expect(await dialog.getByRole('button', { name: 'Save' }).isEnabled()).toBe(false);
      await dialog.getByLabel('Running at once').fill('3');
      await dialog.getByLabel('Weight').fill('0');
      await confirm(page, 'Save');
      await dialog.locator('[aria-invalid=true]').waitFor();
      expect(await dialog.getByLabel('Weight').getAttribute('aria-invalid')).toBe('true');
      await dialog.getByLabel('Weight').fill('2');
      await confirm(page, 'Save');
      await page.getByRole('row', { name: /Running at once.*3.*set here/ }).waitFor();

      const status = async () => (await tenant.request('GET', '/v1/executions')).status;
      await press(page, 'Suspend');
      await confirm(page, 'Suspend');
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      await eventually(async () => (await status()) === 403);
      await press(page, 'Resume');
      await page.getByRole('button', { name: 'Suspend' }).waitFor();
      await eventually(async () => (await status()) === 200);
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'shows what its receiver answered as text, and posts it again',
    async () => {
      const tenant = await stage.operator.aTenant({ name: 'Hooked' });
      const hooks = createWebhookCalls(tenant);
      const { id } = await hooks.create({ url: receiver.url, description: MARKUP });
      await hooks.test(id);
      await eventually(() => receiver.received.length > 0);
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/organizations/${tenant.organization.id}?tab=webhooks`);
      await page.getByRole('cell', { name: '500' }).waitFor();
      await press(page, 'Details');
      await page.getByRole('dialog').getByText(MARKUP).waitFor();
      await page.keyboard.press('Escape');
      receiver.use(answering(204));
      await press(page, 'Redeliver');
      await page.getByRole('cell', { name: '204' }).waitFor();
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: a worker', () => {
  it(
    'is drained and resumed',
    async () => {
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto('/admin/workers');
      const row = page.locator('tbody tr').first();
      await row.getByRole('button', { name: 'Drain' }).click();
      await row.getByRole('button', { name: 'Resume' }).click();
      await row.getByRole('button', { name: 'Drain' }).waitFor();
      await row.getByText('taking').waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'that was killed is shown as dead within ten seconds',
    async () => {
      const { page } = await stage.enter({ role: 'viewer' });
      await page.goto('/admin/workers');
      await page.getByText('taking').nth(1).waitFor();
      stage.service.workers[0]?.signal('SIGKILL');
      await page.locator('tbody').getByText('dead', { exact: true }).waitFor({ timeout: DEAD_MS_MAX });
    },
    TEST_MS,
  );
});
