/** Operators keep a page open: rows change under their eyes, the service goes and comes back; some have no mouse. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { NAMES, startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { PASSWORD } from '../helpers/operator-browser.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
const UNTIL_CANCELLED = 'import time\nwhile True: time.sleep(0.05)';
/** More than a low window shows at once. */
const ROWS = 24;
const LOW_WINDOW = { width: 1280, height: 600 };
/** Further than from one end of any page here to the other. */
const TABS_MAX = 120;

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

async function started(): Promise<string> {
  const { body } = await stage.service.call('/v1/executions', { body: { code: UNTIL_CANCELLED } });
  const id = String(Object(body).id);
  await stage.service.reaches(id, 'running');
  return id;
}

const cancel = (id: string) => stage.service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
const rowOf = (page: Page, id: string) => page.locator('tbody tr', { has: page.locator(`a[href$="${id}"]`) });

/** Where the rows stand: their order, how far the table and the page are scrolled, and one of them in the window. */
async function placeOf(page: Page, row: Locator) {
  return {
    scrolled: await page.evaluate('[scrollY, document.querySelector(".table-scroll").scrollTop]'),
    order: await page.evaluate('[...document.querySelectorAll("tbody a[href*=exec_]")].map((link) => link.href)'),
    row: (await row.boundingBox())?.y,
  };
}

/** Goes on by the Tab key alone until the element has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const focused = wanted.and(page.locator(':focus'));
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The element cannot be reached by the Tab key.');
}

describe('operators: a list that lives', () => {
  it(
    'changes a row where it stands, and moves nothing',
    async () => {
      const half = async () => {
        for (let count = 0; count < ROWS / 2; count += 1) await stage.service.run(String(count));
      };
      await half();
      const id = await started();
      await half();
      const { page, complaints } = await stage.enter({ role: 'viewer', viewport: LOW_WINDOW });
      await page.goto('/admin/executions');
      const row = rowOf(page, id);
      await row.getByText('running').waitFor();
      await row.scrollIntoViewIfNeeded();
      const before = await placeOf(page, row);
      expect(before.scrolled).not.toEqual([0, 0]);
      await stage.service.run('"newer"');
      await cancel(id);
      await row.getByText('cancelled').waitFor();
      await page.getByRole('button', { name: '1 new' }).waitFor();
      expect(await placeOf(page, row)).toEqual(before);
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators without a mouse', () => {
  it(
    'log in, open an execution, and cancel it',
    async () => {
      const id = await started();
      const { page, complaints } = await stage.visit();
      await page.goto('/admin');
      await tabTo(page, page.getByLabel('Name'));
      await page.keyboard.type(NAMES.operator);
      await tabTo(page, page.getByLabel('Password').first());
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'Executions' }));
      await page.keyboard.press('Enter');
      await tabTo(page, rowOf(page, id).locator(`a[href$="${id}"]`));
      await page.keyboard.press('Enter');
      await tabTo(page, page.getByRole('button', { name: 'Cancel' }));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1 }).getByText('cancelled').waitFor();
      expect((await stage.service.read(id)).status).toBe('cancelled');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators whose service is gone', () => {
  it(
    'are told so, and see it again when it is back',
    async () => {
      const { id } = await stage.service.run('print("kept")');
      const { id: other } = await stage.service.run('print("not read yet")');
      const [{ page, complaints }, { page: detail }] = await Promise.all([stage.enter(), stage.enter()]);
      await page.goto('/admin/executions');
      await rowOf(page, id).waitFor();
      await detail.goto(`/admin/executions/${id}`);
      await detail.getByRole('navigation').getByRole('link', { name: 'Executions' }).click();
      await rowOf(detail, other).waitFor();
      await stage.service.apis[0]?.end();
      const gone = page.getByText('The service cannot be reached', { exact: true });
      await gone.waitFor();
      await rowOf(page, id).waitFor();
      const { violations } = await new AxeBuilder({ page }).include('[role=alert]').analyze();
      expect(violations.map(({ id: fault, nodes }) => [fault, nodes.map(({ html }) => html)])).toEqual([]);
      // A page that asks once, and gets no answer.
      await rowOf(detail, other).locator(`a[href$="${other}"]`).click();
      await detail.getByRole('button', { name: 'Try again' }).waitFor();

      await stage.service.startApi(new URL(stage.service.url).port);
      await gone.waitFor({ state: 'detached' });
      await detail.getByRole('list', { name: 'Outputs' }).getByText('not read yet').waitFor();
      const { id: next } = await stage.service.run('print("after")');
      await page.getByRole('button', { name: '1 new' }).click();
      await rowOf(page, next).waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});
