/** Markup of tenants in its frames: it may look like anything, and reaches nobody. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDashboardStage, type DashboardStage } from '../helpers/dashboard-stage.ts';
import { answering, startReceiver, type Receiver } from '../helpers/webhook-receiver.ts';

const TEST_MS = 90_000;

let stage: DashboardStage;
/** Where the markup would like to go. */
let elsewhere: Receiver;

beforeAll(async () => {
  elsewhere = await startReceiver(answering(200));
  stage = await startDashboardStage();
  await stage.makeAccounts();
}, 120_000);

afterAll(async () => {
  await stage.stop();
  await elsewhere.stop();
}, 60_000);

/** Everything that a document fetches, follows or runs by itself; `seen` when it was read to its end. */
const reaching = (url: string) => `
  <script>globalThis.pwned = 1; fetch('${url}')</script>
  <img src="${url}?img" onerror="globalThis.pwned = 1"><link rel="stylesheet" href="${url}?css">
  <link rel="preconnect" href="${url}"><link rel="dns-prefetch" href="${url}">
  <style>@import url("${url}?import"); body { background: url("${url}?background") }</style>
  <iframe src="${url}?frame"></iframe><iframe srcdoc="&lt;img src='${url}?srcdoc'&gt;"></iframe>
  <object data="${url}?object"></object><embed src="${url}?embed"><video src="${url}?video" autoplay></video>
  <form action="${url}?form"><button id="send" autofocus>send</button></form>
  <a id="away" target="_top" href="${url}?top">away</a><base href="${url}?base">
  <meta http-equiv="refresh" content="0;url=${url}?refresh"><b id="seen">seen</b>`;

const picture = (
  url: string,
) => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="globalThis.pwned=1">
  <script>globalThis.pwned=1</script><image href="${url}?image" xlink:href="${url}?image"/><use href="${url}?use#a"/>
  <style>@import url("${url}?import");</style><text id="seen" y="20">seen</text>
  <foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="${url}?foreign"/></foreignObject></svg>`;

describe('operators’ pages: markup in frames', () => {
  it.each([
    ['HTML', reaching],
    ['SVG', picture],
  ] as const)(
    '%s runs nothing, fetches nothing, and leads nowhere',
    async (kind, markup) => {
      const code = `from IPython.display import display, ${kind}\ndisplay(${kind}(${JSON.stringify(markup(elsewhere.url))}))`;
      const { id } = await stage.service.run(code);
      const { page, complaints } = await stage.enter();
      await page.goto(`/admin/executions/${id}`);
      const frame = page.frameLocator('iframe').first();
      await frame.locator('#seen').waitFor({ state: 'attached' });
      if (kind === 'HTML') {
        // By hand, as somebody may be talked into.
        await frame.locator('#send').dispatchEvent('click');
        await frame.locator('#away').dispatchEvent('click');
      }
      await page.getByRole('heading', { name: 'Outputs' }).waitFor();
      await page.reload();
      await frame.locator('#seen').waitFor({ state: 'attached' });
      expect(page.url()).toBe(`${stage.service.url}/admin/executions/${id}`);
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
      expect(elsewhere.connections()).toBe(0);
      expect(complaints).toEqual({ outside: [], violations: [], errors: [] });
    },
    TEST_MS,
  );
});
