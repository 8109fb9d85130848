/** `npm run screenshots`: fills the real service with something to see, and takes every page of the operators' into docs/screenshots. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { addPast, fillDashboard, keepBusy, pagesOf } from '../test/helpers/dashboard-data.ts';
import { startDashboardStage, type DashboardStage } from '../test/helpers/dashboard-stage.ts';

const DIRECTORY = join(import.meta.dirname, '..', 'docs', 'screenshots');
const ROUNDS = 3;
const PHONE = { width: 390, height: 844 };
const ON_PHONE = ['overview', 'executions'];
/** Charts, pictures and the editor come after the page. */
const SETTLE_MS = 2_500;

process.exitCode = await main().catch((error: unknown) => {
  console.error(error);
  return 1;
});

async function main(): Promise<number> {
  const stage = await startDashboardStage({ workers: 2 });
  try {
    await stage.makeAccounts();
    const shown = await fillDashboard(stage, ROUNDS);
    await addPast(stage);
    rmSync(DIRECTORY, { recursive: true, force: true });
    mkdirSync(DIRECTORY, { recursive: true });
    const rest = keepBusy(stage, shown);
    try {
      for (const colorScheme of ['light', 'dark'] as const) await takeAll(stage, pagesOf(shown), colorScheme);
    } finally {
      await rest();
    }
  } finally {
    await stage.stop();
  }
  return 0;
}

async function takeAll(stage: DashboardStage, pages: Readonly<Record<string, string>>, colorScheme: 'light' | 'dark') {
  const login = await stage.visit({ colorScheme });
  await take(login.page, '/admin/login', `login-${colorScheme}`);
  const { page } = await stage.enter({ colorScheme });
  for (const [name, path] of Object.entries(pages)) await take(page, path, `${name}-${colorScheme}`);
  const phone = await stage.enter({ colorScheme, viewport: PHONE });
  for (const name of ON_PHONE) await take(phone.page, pages[name] ?? '', `${name}-phone-${colorScheme}`);
}

async function take(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(DIRECTORY, `${name}.png`) });
}
