/** Operators bring files along, type over what stands there, run something again, and take it away with them. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Execution } from '../../shared/contracts/execution.ts';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { formOf } from '../helpers/uploads.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
/** What a shell would take for something else, were it not quoted. */
const AWKWARD = `print('it''s "$HOME" \`id\` $(id) \\\\ !!', "ünï", sep='|')\nprint(input())`;
const MANY = `import sys
for n in range(300):
    print(f"line {n}", flush=True)
    print(f"aside {n}", file=sys.stderr, flush=True)
raise ValueError("at the end")`;
const LONG = `from IPython.display import display, Markdown
display(Markdown("*said* and more words\\n\\n" * 3000))`;

let stage: DashboardStage;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(() => stage.stop(), 60_000);

/** Puts the code in place of what stands in the editor, as somebody types it. */
async function typeOver(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Python code' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(code);
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name }).click();
}

describe('operators: the playground', () => {
  it(
    'gives the code a file that is there and one that is brought along',
    async () => {
      const tenant = await stage.operator.aTenant({ name: 'Filed Ltd' });
      await tenant.upload(formOf('first\n', { name: 'there.txt' }));
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/playground?organization_id=${tenant.organization.id}`);
      await page.getByRole('checkbox', { name: 'there.txt' }).check();
      const added = { name: 'brought along.txt', mimeType: 'text/plain', buffer: Buffer.from('second\n') };
      await page.locator('input[type=file]').setInputFiles(added);
      await page.locator('label', { hasText: 'brought along.txt' }).waitFor();
      expect(await page.getByRole('checkbox', { name: 'brought along.txt' }).isChecked()).toBe(true);
      await typeOver(
        page,
        'for name in ("there", "brought along"): print(open(f"/mnt/data/{name}.txt").read().upper(), end="")',
      );
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page
        .getByRole('list', { name: 'Outputs' })
        .getByText(/FIRST\s+SECOND/)
        .waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'takes what is typed over a selection, whatever it looked like',
    async () => {
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto('/admin/playground');
      await typeOver(page, 'word = "text"');
      await page.keyboard.press('Shift+Home');
      await page.keyboard.type('x');
      const editor = page.getByRole('textbox', { name: 'Python code' });
      expect(await editor.innerText()).toBe('x');
      await page.keyboard.press('Control+z');
      expect(await editor.innerText()).toBe('word = "text"');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});

describe('operators: an execution that has ended', () => {
  it(
    'is run again, as another one',
    async () => {
      const { id } = await stage.service.run('import uuid\nprint("again", uuid.uuid4())');
      const { page, complaints } = await stage.enter({ role: 'operator' });
      await page.goto(`/admin/executions/${id}`);
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.waitForURL((url) => /executions\/exec_\w+$/.test(url.pathname) && !url.pathname.endsWith(id));
      await page.getByRole('list', { name: 'Outputs' }).getByText('again').waitFor();
      const [, next = ''] = /(exec_\w+)$/.exec(page.url()) ?? [];
      const [first, second] = [await stage.service.read(id), await stage.service.read(next)];
      expect(second).toMatchObject({ status: 'completed', code: first.code });
      expect(second.outputs).not.toEqual(first.outputs);
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'is copied as a command that runs it once more, and read as JSON',
    async () => {
      const { id } = await stage.service.run(AWKWARD, { stdin: "l'entrée\n", metadata: { why: "it's" } });
      const { page, context, complaints } = await stage.enter({ role: 'viewer' });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(`/admin/executions/${id}`);
      await choose(page, 'Copy as curl');
      await page.getByText('The command is copied.').waitFor();
      const command = String(await page.evaluate('navigator.clipboard.readText()'));
      const env = { PATH: process.env['PATH'], API_KEY: stage.service.tenant.key };
      const made = Execution.parse(JSON.parse(execFileSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' })));
      const [first, second] = [await stage.service.read(id), await stage.service.reaches(made.id, 'completed')];
      expect(second.outputs).toEqual(first.outputs);
      expect(JSON.stringify(second.outputs)).toContain('$HOME');
      expect(second.metadata).toEqual(first.metadata);

      await choose(page, 'Raw JSON');
      const raw = page.getByRole('region', { name: 'The execution as JSON' });
      expect(JSON.parse(await raw.innerText())).toMatchObject({ id, code: AWKWARD, outputs: first.outputs });
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'with hundreds of outputs shows its beginning, its end, and the rest when it is asked for',
    async () => {
      const { id } = await stage.service.run(MANY);
      const { page, complaints } = await stage.enter({ role: 'viewer' });
      await page.goto(`/admin/executions/${id}`);
      const outputs = page.getByRole('list', { name: 'Outputs' });
      await outputs.getByText('at the end').first().waitFor();
      await outputs.getByText('line 0', { exact: true }).waitFor();
      expect(await outputs.getByText('line 150', { exact: true }).count()).toBe(0);
      for (const asked of [200, 200, 81]) {
        await outputs.getByRole('button', { name: `Show ${String(asked)} more` }).click();
      }
      await outputs.getByText('line 150', { exact: true }).waitFor();
      expect(await outputs.locator('> li').count()).toBe(601);
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );

  it(
    'shows what is too long to be laid out as it was written',
    async () => {
      const { id } = await stage.service.run(LONG);
      const { page, complaints } = await stage.enter({ role: 'viewer' });
      await page.goto(`/admin/executions/${id}`);
      const outputs = page.getByRole('list', { name: 'Outputs' });
      await outputs.getByText('It is too long to be laid out here').waitFor();
      await outputs.getByText('*said* and more words').waitFor();
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});
