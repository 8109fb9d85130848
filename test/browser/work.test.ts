/** Operators run code, watch it, stop it, and find it again. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../helpers/eventually.ts';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
const WATCHED = 'import time\nfor n in range(600):\n    print(f"line {n}", flush=True)\n    time.sleep(0.05)';
const RICH = `import pandas as pd, sympy, plotly.graph_objects as go
from IPython.display import display, HTML, SVG, Markdown
attach("notes.txt", "some notes")
display(pd.DataFrame({"a": [2, 1], "b": ["x", "y"]}))
display(sympy.sqrt(2))
display(go.Figure(go.Bar(x=[1, 2], y=[3, 1])))
display(HTML("<b id='bold'>bold</b>"))
display(Markdown("*said* in **markdown**"))
{}["missing"]`;

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

async function submit(code: string): Promise<string> {
  const { body } = await stage.service.call('/v1/executions', { body: { code } });
  return String(Object(body).id);
}

describe('operators: the playground', () => {
  it(
    'runs code for an organization, and shows its picture',
    async () => {
      const { organization } = await stage.operator.aTenant({ name: 'Playground Inc' });
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/playground?organization_id=${organization.id}`);
      const editor = page.getByRole('textbox', { name: 'Python code' });
      await editor.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.keyboard.type('import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()\nprint("drawn")');
      await page.keyboard.press('Control+Enter');
      const outputs = page.getByRole('list', { name: 'Outputs' });
      await outputs.locator('img.output-picture').waitFor();
      await outputs.getByText('drawn').waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'runs nothing for a suspended organization, and says why',
    async () => {
      const { organization } = await stage.operator.aTenant({ name: 'Asleep Ltd' });
      await stage.operator.request('POST', `/admin/api/organizations/${organization.id}/suspend`);
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/playground?organization_id=${organization.id}`);
      const run = page.getByRole('button', { name: 'Run', exact: true });
      await run.focus();
      await page.getByText('The organization is suspended: nothing of it runs.').waitFor();
      expect(await run.getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('combobox', { name: 'Organization' }).click();
      await page.locator('[role="option"][data-combobox-disabled]', { hasText: 'Asleep Ltd' }).waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: an execution', () => {
  it(
    'is watched while it runs, and stopped',
    async () => {
      const id = await submit(WATCHED);
      await stage.service.reaches(id, 'running');
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/executions/${id}`);
      await page.getByText(/line 3\d/).waitFor();
      await page.getByText(/^[0-9a-f]{12}$/).waitFor(); // its container
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('cancelled').first().waitFor();
      expect((await stage.service.read(id)).status).toBe('cancelled');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'shows everything that code can show',
    async () => {
      const { id } = await stage.service.run(RICH);
      const { page, complaints } = await stage.enter({ role: 'viewer' });
      await page.goto(`/admin/executions/${id}`);
      const outputs = page.getByRole('list', { name: 'Outputs' });
      await outputs.getByRole('cell', { name: 'x' }).waitFor();
      await outputs.locator('math').first().waitFor();
      await outputs.locator('.output-plotly svg').first().waitFor();
      await outputs.getByText('said').waitFor();
      expect(await outputs.locator('.output-markdown strong').innerText()).toBe('markdown');
      await outputs.getByText('KeyError', { exact: false }).first().waitFor();
      await page.frameLocator('iframe').first().locator('#bold').waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        outputs.getByRole('link', { name: /notes.txt/ }).click(),
      ]);
      expect(readFileSync(await download.path(), 'utf8')).toBe('some notes');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: the list of executions', () => {
  it(
    'keeps its filters in the address, and finds text in code',
    async () => {
      await stage.service.run('needle_in_code = 1');
      await stage.service.run('1 / 0');
      const { page, complaints } = await stage.enter({ role: 'viewer' });
      await page.goto('/admin/executions');
      const rows = page.getByRole('table').getByRole('row');
      await page.getByLabel('Text in the code, or an id').fill('needle_in');
      await page.waitForURL(/text=needle_in/);
      await rows.nth(1).waitFor();
      await eventually(async () => (await page.locator('table tbody tr').count()) === 1);
      await page.reload();
      await rows.nth(1).waitFor();
      expect(await rows.count()).toBe(2);
      await page.goto('/admin/executions?status=failed');
      await page
        .getByText(/failed: /)
        .first()
        .waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'is exported',
    async () => {
      await stage.service.run('exported = 1');
      const { page } = await stage.enter({ role: 'viewer' });
      await page.goto('/admin/executions');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: /CSV|export/i }).click(),
      ]);
      const [head = '', first = ''] = readFileSync(await download.path(), 'utf8').split(/\r?\n/);
      expect(head).toMatch(/^"?id"?,/);
      expect(first).toMatch(/^"?exec_/);
    },
    TEST_MS,
  );

  it(
    'announces what is new, and shows it when asked',
    async () => {
      const { page } = await stage.enter({ role: 'viewer' });
      await page.goto('/admin/executions');
      await page.getByRole('table').getByRole('row').nth(1).waitFor();
      const { id } = await stage.service.run('print("brand new")');
      const news = page.getByRole('button', { name: /\d+ new/ });
      await news.waitFor();
      expect(await page.locator(`a[href$="${id}"]`).count()).toBe(0);
      await news.click();
      await page.locator(`a[href$="${id}"]`).first().waitFor();
    },
    TEST_MS,
  );
});
