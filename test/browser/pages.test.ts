/** Every page, on a desk and on a telephone, light and dark: opens, complains of nothing, and can be used by everyone. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillDashboard, pagesOf } from '../helpers/dashboard-data.ts';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';

const DESK = { width: 1280, height: 800 };
const TELEPHONE = { width: 390, height: 844 };
const TEST_MS = 120_000;
const NAMES = Object.keys(pagesOf({ organizationId: '', keys: [], executionId: '', responseId: '' }));

let stage: DashboardStage;
let pages: Readonly<Record<string, string>>;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
  pages = pagesOf(await fillDashboard(stage, 1));
}, 180_000);

afterAll(() => stage.stop(), 60_000);

describe.each([
  ['a desk, light', { viewport: DESK, colorScheme: 'light' }],
  ['a telephone, dark', { viewport: TELEPHONE, colorScheme: 'dark' }],
] as const)('pages on %s', (_where, options) => {
  it.each(NAMES)(
    '%s',
    async (name) => {
      const { page, context, complaints } = await stage.enter(options);
      await page.goto(pages[name] ?? '');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByLabel('Loading').first().waitFor({ state: 'hidden' });
      expect(await page.title()).toMatch(/ · Code interpreter$/);
      const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
      await context.close();
    },
    TEST_MS,
  );
});

describe('pages: the keyboard', () => {
  it(
    'leads to the content first',
    async () => {
      const { page } = await stage.enter();
      await page.goto('/admin/executions');
      await page.getByRole('heading', { level: 1, name: 'Executions' }).waitFor();
      await page.keyboard.press('Tab');
      const first = await page.evaluate('document.activeElement?.textContent');
      expect(first).toMatch(/skip|content/i);
    },
    TEST_MS,
  );
});
