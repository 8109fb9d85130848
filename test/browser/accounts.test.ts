/** Accounts: made, changed and shut by an admin; their passwords and sessions by whoever has them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { NAMES, startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { createOperatorBrowser, PASSWORD } from '../helpers/operator-browser.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
const NEXT_PASSWORD = 'another horse with the same battery';

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
const logIn = (name: string, password: string) => createOperatorBrowser(stage.service.url).logIn(name, password);

async function choose(page: Page, account: string, item: string): Promise<void> {
  await page.getByRole('button', { name: account }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

describe('operators: the accounts', () => {
  it(
    'are made, given another role, and shut',
    async () => {
      const { page, complaints } = await stage.enter();
      await page.goto('/admin/accounts');
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Wanda');
      await page.getByRole('dialog').getByLabel('Password').first().fill('short');
      await inDialog(page, 'Create').click();
      await page.getByRole('dialog').getByText('expected string to have >=12 characters').waitFor();
      await page.getByRole('dialog').getByLabel('Password').first().fill(PASSWORD);
      await inDialog(page, 'Create').click();
      const row = page.getByRole('row', { name: /Wanda/ });
      await row.getByRole('cell', { name: 'viewer' }).waitFor();
      expect((await logIn('Wanda', PASSWORD)).account?.role).toBe('viewer');

      await row.getByRole('button', { name: 'Role' }).click();
      await page.getByRole('combobox', { name: 'Role' }).click();
      await page.getByRole('option', { name: /Operator/ }).click();
      await inDialog(page, 'Change').click();
      await row.getByRole('cell', { name: 'operator' }).waitFor();
      expect((await logIn('Wanda', PASSWORD)).account?.role).toBe('operator');

      await row.getByRole('button', { name: 'Disable' }).click();
      await inDialog(page, 'Disable').click();
      await row.getByText('disabled').waitFor();
      await expect(logIn('Wanda', PASSWORD)).rejects.toThrow('401');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: an account of one’s own', () => {
  it(
    'gets another password, for who knows the old one',
    async () => {
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto('/admin/settings');
      await choose(page, NAMES.operator, 'Change password');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Current password').fill('what somebody guessed');
      await dialog.getByLabel('New password').fill(NEXT_PASSWORD);
      await inDialog(page, 'Change').click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByLabel('Current password').fill(PASSWORD);
      await inDialog(page, 'Change').click();
      await page.getByText('The password is changed.').waitFor();
      await expect(logIn(NAMES.operator, PASSWORD)).rejects.toThrow('401');
      expect((await logIn(NAMES.operator, NEXT_PASSWORD)).account?.name).toBe(NAMES.operator);
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'is logged out everywhere at once',
    async () => {
      const [{ page, complaints }, { page: elsewhere }] = await Promise.all([
        stage.enter({ role: 'viewer' }),
        stage.enter({ role: 'viewer' }),
      ]);
      await Promise.all([page.goto('/admin/executions'), elsewhere.goto('/admin/executions')]);
      await Promise.all([heading(page, 'Executions'), heading(elsewhere, 'Executions')]);
      await choose(page, NAMES.viewer, 'Log out everywhere');
      await inDialog(page, 'Log out everywhere').click();
      await Promise.all([heading(page, 'Log in'), heading(elsewhere, 'Log in')]);
      await elsewhere.goto('/admin/audit');
      await heading(elsewhere, 'Log in');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});
