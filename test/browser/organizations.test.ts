/** An admin makes an organization and a key, and takes both away again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../helpers/eventually.ts';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';

const TEST_MS = 90_000;

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

const statusWith = async (key: string) =>
  (await fetch(`${stage.service.url}/v1/executions`, { headers: { authorization: `Bearer ${key}` } })).status;

describe('operators: organizations', () => {
  it(
    'are created with a key that works until it is revoked, and deleted by their name',
    async () => {
      const { page, context, complaints } = await stage.enter();
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto('/admin/organizations');
      await page.getByRole('button', { name: 'Create organization' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Harbour & Sons');
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { level: 1, name: 'Harbour & Sons' }).waitFor();

      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('first');
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
      const key = await page.getByLabel('Key', { exact: true }).innerText();
      expect(await statusWith(key)).toBe(200);
      await page.getByRole('button', { name: 'Copy key' }).click();
      await eventually(async () => (await page.evaluate('navigator.clipboard.readText()')) === key);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('row', { name: /first/ }).waitFor();
      expect(await page.content()).not.toContain(key);
      await page.reload();
      await page.getByRole('row', { name: /first/ }).waitFor();
      expect(await page.content()).not.toContain(key);

      await page.getByRole('row', { name: /first/ }).getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await eventually(async () => (await statusWith(key)) === 401);

      const id = /organizations\/(org_\w+)/.exec(page.url())?.[1] ?? '';
      await page.getByRole('button', { name: 'Delete' }).first().click();
      const dialog = page.getByRole('dialog');
      const confirm = dialog.getByRole('button', { name: /delete/i }).last();
      expect(await confirm.isEnabled()).toBe(false);
      await dialog.getByRole('textbox').fill('Harbour & Sons');
      await confirm.click();
      await eventually(
        async () => (await stage.operator.request('GET', `/admin/api/organizations/${id}`)).status === 404,
        { timeoutMs: 60_000, intervalMs: 200 },
      );
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
    },
    TEST_MS,
  );
});
