/** Operators come in, go out, and see what their role lets them do. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { NAMES, startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { ADMIN_TOKEN } from '../helpers/operator.ts';
import { createOperatorBrowser, PASSWORD } from '../helpers/operator-browser.ts';

const UNTIL_CANCELLED = 'import time\nwhile True: time.sleep(0.05)';
const TEST_MS = 90_000;

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: NAMES.admin }).click();
  await page.getByRole('menuitem', { name: 'Log out', exact: true }).click();
  await heading(page, 'Log in');
}

/** Calls the api as a script of the page would; `code` of the refusal, or undefined. */
function refusal(page: Page, method: string, path: string): Promise<unknown> {
  return page.evaluate(`(async () => {
    const { csrf_token: token } = await (await fetch('/admin/api/session')).json();
    const answer = await fetch(${JSON.stringify(path)}, { method: ${JSON.stringify(method)}, headers: { 'x-csrf-token': token } });
    return (await answer.json()).error?.code;
  })()`);
}

describe('operators: the first account', () => {
  it(
    'is made with the operators’ token, and leads to the page that was asked for',
    async () => {
      const { page, complaints } = await stage.visit();
      await page.goto('/admin/executions?status=failed');
      await heading(page, 'Make the first account');
      await page.getByLabel('Operators’ token').fill('a token that is not the right one, but long enough');
      await page.getByLabel('Your name').fill(NAMES.admin);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await page.getByRole('alert').waitFor();

      await page.getByLabel('Operators’ token').fill(ADMIN_TOKEN);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await heading(page, 'Executions');
      expect(page.url()).toBe(`${stage.service.url}/admin/executions?status=failed`);
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
    },
    TEST_MS,
  );
});

describe('operators: log in', () => {
  it(
    'takes the password alone, and says so',
    async () => {
      const { page, complaints } = await stage.visit();
      await page.goto('/admin');
      await logIn(page, NAMES.admin, 'a password of somebody else');
      expect(await page.getByRole('alert').innerText()).toBe('No account has this name and password.');
      await logIn(page, NAMES.admin);
      await heading(page, 'Overview');
      await logOut(page);
      await page.goto('/admin/audit');
      await heading(page, 'Log in');
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
    },
    TEST_MS,
  );

  it(
    'leads nowhere else afterwards',
    async () => {
      const { page } = await stage.visit();
      await page.goto('/admin/login?next=//example.com/');
      await logIn(page, NAMES.admin);
      await heading(page, 'Overview');
      expect(new URL(page.url()).origin).toBe(stage.service.url);
    },
    TEST_MS,
  );

  it(
    'is asked for when the session has ended elsewhere, and leads back to the page',
    async () => {
      const { page, complaints } = await stage.enter();
      await page.goto('/admin/executions?status=queued');
      await heading(page, 'Executions');
      const elsewhere = createOperatorBrowser(stage.service.url);
      await elsewhere.logIn(NAMES.admin);
      await elsewhere.request('DELETE', '/admin/api/sessions');
      await heading(page, 'Log in');
      await logIn(page, NAMES.admin);
      await heading(page, 'Executions');
      expect(page.url()).toMatch(/\/admin\/executions\?status=queued$/);
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
    },
    TEST_MS,
  );
});

describe('operators: what a viewer may do', () => {
  let page: Page;
  let id: string;

  beforeAll(async () => {
    await stage.addAccount('viewer');
    ({ page } = await stage.enter({ role: 'viewer' }));
    const { body } = await stage.service.call('/v1/executions', { body: { code: UNTIL_CANCELLED } });
    id = String(Object(body).id);
    await stage.service.reaches(id, 'running');
  }, TEST_MS);

  it(
    'shows an action that needs more in grey, and says why',
    async () => {
      await page.goto(`/admin/executions/${id}`);
      const cancel = page.getByRole('button', { name: 'Cancel' });
      expect(await cancel.getAttribute('aria-disabled')).toBe('true');
      await cancel.focus();
      await page.getByRole('tooltip', { name: 'This needs the role operator.' }).waitFor();
      await cancel.press('Enter');
      expect((await stage.service.read(id)).status).toBe('running');
    },
    TEST_MS,
  );

  it(
    'refuses the call that the page does not make',
    async () => {
      await page.goto('/admin/executions');
      expect(await refusal(page, 'POST', `/admin/api/executions/${id}/cancel`)).toBe('INSUFFICIENT_PERMISSIONS');
      expect(await refusal(page, 'POST', '/admin/api/queue/pause')).toBe('INSUFFICIENT_PERMISSIONS');
      expect((await stage.service.read(id)).status).toBe('running');
    },
    TEST_MS,
  );

  it(
    'tells a viewer who asks for the accounts what is missing',
    async () => {
      await page.goto('/admin/accounts');
      await page.getByRole('heading', { name: 'Your account may not see this' }).waitFor();
      expect(await page.getByRole('link', { name: 'Accounts' }).count()).toBe(0);
    },
    TEST_MS,
  );
});
