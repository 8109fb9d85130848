/** What tenants write is shown and never run, wherever it stands. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';

const TEST_MS = 90_000;
const NOTHING = { outside: [], violations: [], errors: [] };
/** Each would be noticed: by a variable, a dialog, a request to elsewhere. */
const ATTACKS = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=1">',
  '<svg onload="alert(1)"></svg>',
  '"><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '</title><link rel="stylesheet" href="https://example.com/x.css">',
  '{{constructor.constructor("alert(1)")()}}',
].join('');
const MARKDOWN = `[click](javascript:window.pwned=1) ![x](https://example.com/x.png) ${ATTACKS}`;

let stage: DashboardStage;
let paths: Readonly<Record<string, string>>;

beforeAll(async () => {
  stage = await startDashboardStage();
  await stage.makeAccounts();
  const tenant = await stage.operator.aTenant({ name: ATTACKS.slice(0, 190) });
  await stage.operator.createKey(tenant.organization.id, { name: ATTACKS.slice(0, 90) });
  const form = new FormData();
  form.append('file', new Blob(['a']), "<img src=x onerror='window.pwned=1'>.csv");
  const headers = { authorization: `Bearer ${tenant.key.key}` };
  await fetch(`${stage.service.url}/v1/files`, { method: 'POST', headers, body: form });
  const said = JSON.stringify(ATTACKS);
  const code = `from IPython.display import display, HTML, SVG, Markdown, Latex, JSON
attacks = ${said}
print(attacks, "\\x1b[31m<b onmouseover=alert(1)>\\x1b]8;;javascript:alert(1)\\x07link\\x1b]8;;\\x07")
display(HTML(attacks)); display(SVG("<svg xmlns='http://www.w3.org/2000/svg'>" + attacks + "</svg>"))
display(Markdown(${JSON.stringify(MARKDOWN)})); display(Latex("$\\\\href{javascript:alert(1)}{x}" + "$")); display(JSON({attacks: attacks}))
attach("<img src=x onerror=alert(1)>.html", attacks)
raise ValueError(attacks)`;
  const { id } = await stage.service.run(code, { metadata: { note: ATTACKS.slice(0, 500) } }, tenant.key.key);
  const fence = '`'.repeat(3);
  const inputs = `${MARKDOWN}\n${fence}python\nprint(${said})\n${fence}`;
  const body = { model: 'direct', tools: [{ type: 'code_interpreter' }], instructions: ATTACKS, inputs };
  const made = await stage.service.call('/v1/model/response', { key: tenant.key.key, body });
  paths = {
    execution: `/admin/executions/${id}`,
    executions: '/admin/executions',
    organizations: '/admin/organizations',
    organization: `/admin/organizations/${tenant.organization.id}`,
    keys: `/admin/organizations/${tenant.organization.id}?tab=keys`,
    files: `/admin/organizations/${tenant.organization.id}?tab=files`,
    response: `/admin/responses/${String(Object(made.body).id)}`,
    queue: '/admin/queue',
    audit: '/admin/audit',
    overview: '/admin/',
  };
}, 180_000);

afterAll(() => stage.stop(), 60_000);

const pwned = (page: Page) => page.evaluate('globalThis.pwned');
/** What shows itself late. */
const SETTLE_MS = 1_500;

const NAMES = [
  ...['execution', 'executions', 'organizations', 'organization', 'keys', 'files'],
  ...['response', 'queue', 'audit', 'overview'],
];

describe('operators’ pages: markup of tenants', () => {
  it.each(NAMES)(
    'is only text on the page %s',
    async (name) => {
      const { page, context, complaints } = await stage.enter();
      await page.goto(paths[name] ?? '');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(SETTLE_MS);
      expect(await pwned(page)).toBeUndefined();
      expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0);
      expect(await page.title()).toMatch(/ · Code interpreter$/);
      expect(complaints).toEqual(NOTHING);
      await context.close();
    },
    TEST_MS,
  );

  it(
    'runs no script in its frames either, and leads nowhere from there',
    async () => {
      const { page, complaints } = await stage.enter();
      await page.goto(paths['execution'] ?? '');
      await page.locator('iframe').first().waitFor();
      await page.waitForTimeout(SETTLE_MS);
      const frames = page.frames().filter((frame) => frame !== page.mainFrame());
      expect(frames.length).toBeGreaterThan(0);
      const sandboxes = await page.evaluate(
        '[...document.querySelectorAll("iframe")].map((one) => one.getAttribute("sandbox"))',
      );
      expect(new Set([sandboxes].flat())).toEqual(new Set(['']));
      expect(await pwned(page)).toBeUndefined();
      expect(page.url()).toContain('/admin/executions/');
      expect(complaints).toEqual(NOTHING);
    },
    TEST_MS,
  );
});
