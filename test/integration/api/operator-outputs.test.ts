import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FRAME_POLICY } from '../../../api/services/output-frame.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { ADMIN_TOKEN, createOperator, type Operator } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { allEvents } from '../../helpers/sse.ts';

let stage: Stage;
let api: TestApi;
let operator: Operator;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  operator = createOperator(api.url);
  client = await stage.client(api);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

/** An ended execution with these outputs. */
async function ended(outputs: readonly object[]): Promise<string> {
  const end = { status: 'completed', exit_reason: 'ok', finished_at: new Date(), outputs: JSON.stringify(outputs) };
  return aRow(stage, client.organization.id, end);
}

const get = (path: string) => operator.request('GET', `/admin/api/executions/${path}`);

async function frameOf(type: string, markup: string): Promise<Response> {
  const id = await ended([{ type: 'display', data: { [type]: markup } }]);
  return get(`${id}/outputs/0/frame?type=${encodeURIComponent(type)}`);
}

describe('operator outputs: events', () => {
  it('take no stream away from the organization', async () => {
    const narrow = await stage.api({ ADMIN_TOKEN, EVENT_STREAMS_MAX: '1' });
    const id = await aRow(stage, client.organization.id, {});
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const followed = await fetch(`${narrow.url}/admin/api/executions/${id}/events`, { headers });
    const own = await fetch(`${narrow.url}/v1/executions/${id}/events`, {
      headers: { authorization: `Bearer ${client.organization.key}` },
    });
    expect([followed.status, own.status]).toEqual([200, 200]);
    await Promise.all([followed.body?.cancel(), own.body?.cancel()]);
  });
});

describe('operator outputs: frame', () => {
  it('has a policy of its own that lets nothing run or load, and no frame of others show it', async () => {
    const response = await frameOf('text/html', '<b>bold</b>');
    expect(response.headers.get('content-security-policy')).toBe(FRAME_POLICY);
    expect(FRAME_POLICY).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-dns-prefetch-control')).toBe('off');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await response.text()).toContain('<b>bold</b>');
  });

  it.each([
    ['a script', 'text/html', '<SCRIPT>alert(1)</SCRIPT>'],
    ['a link that opens connections', 'text/html', '<link rel=preconnect href=https://evil.example>'],
    ['a style sheet', 'text/html', '<LiNk rel=stylesheet href=https://evil.example/a.css>'],
    ['a page that moves on', 'text/html', '<meta http-equiv=refresh content="0;url=https://evil.example">'],
    ['another base', 'text/html', '<base href="https://evil.example/">'],
    ['a form', 'text/html', '<form action=https://evil.example><button>go</button></form>'],
    ['a frame with a document', 'text/html', '<iframe srcdoc="&lt;script>alert(1)&lt;/script>"></iframe>'],
    ['an object', 'text/html', '<object data="data:text/html,x"></object><embed src=x>'],
    ['a slash behind the name', 'text/html', '<script/src=https://evil.example>'],
    ['a script in a picture', 'image/svg+xml', '<svg><script href="https://evil.example"/></svg>'],
    ['a page in a picture', 'image/svg+xml', '<svg><foreignObject><iframe src="x"/></foreignObject></svg>'],
    ['a nested tag', 'text/html', '<scr<script>ipt>alert(1)</script>'],
  ])('takes its name from %s', async (_name, type, markup) => {
    const page = await (await frameOf(type, markup)).text();
    const body = page.slice(page.indexOf('<body>'));
    expect(body).not.toMatch(/<(?:script|link|meta|base|form|iframe|object|embed)\b/i);
    expect(body).toContain('<x-');
  });

  it.each([
    ['a style that imports', 'text/html', '<style>@import url(https://evil.example/a.css);</style>'],
    ['a handler', 'text/html', '<img src=x onerror=alert(1)><body onload=alert(1)>'],
    ['an animated address', 'image/svg+xml', '<svg><a><animate attributeName=href to=javascript:alert(1) /></a></svg>'],
  ])('leaves %s to the policy', async (_name, type, markup) => {
    const response = await frameOf(type, markup);
    expect(response.headers.get('content-security-policy')).toBe(FRAME_POLICY);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('leaves what looks alike, and what characters of other alphabets say, as it is', async () => {
    const page = await (await frameOf('text/html', '<linker>größer 漢字 a<b</linker>')).text();
    expect(page).toContain('<linker>größer 漢字 a<b</linker>');
  });

  it.each([['text/plain'], ['text/markdown'], ['']])('shows no %j', async (type) => {
    const id = await ended([{ type: 'display', data: { 'text/plain': 'x', 'text/markdown': 'x' } }]);
    const response = await get(`${id}/outputs/0/frame?type=${encodeURIComponent(type)}`);
    expect(await errorOf(response)).toMatchObject({ code: 'VALIDATION_ERROR', param: 'type' });
  });
});

describe('operator outputs: download', () => {
  it('is always a download, whatever the code says that it is, and guesses nothing', async () => {
    const content = Buffer.from('<script>alert(1)</script>');
    const file = { type: 'file', name: 'page.html', mime_type: 'text/html', size_bytes: content.length };
    const response = await get(`${await ended([{ ...file, content_base64: content.toString('base64') }])}/outputs/0`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=page.html');
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content);
  });

  it('is written down with the output that was looked at', async () => {
    const id = await ended([{ type: 'text', stream: 'stdout', text: 'x' }]);
    await get(`${id}/outputs/0`);
    const entries = await operator.audit({ organization_id: client.organization.id, action: 'output.read' });
    expect(entries[0]).toMatchObject({ outcome: 'done', target_id: id, details: { output: 0 } });
  });

  it.each([
    ['an execution that is none', () => Promise.resolve(newId('exec')), 'NOT_FOUND'],
    ['an output that is none', () => ended([]), 'NOT_FOUND'],
    ['an execution that waits', () => aRow(stage, client.organization.id), 'EXECUTION_RUNNING'],
  ])('refuses %s', async (_name, idOf, code) => {
    expect(await errorOf(await get(`${await idOf()}/outputs/0`))).toMatchObject({ code });
  });
});

describe('operator outputs: events', () => {
  it('tells an execution as its organization sees it, to the end', async () => {
    const outputs = JSON.stringify([{ type: 'text', stream: 'stdout', text: 'hello' }]);
    const end = { status: 'completed', exit_reason: 'ok', started_at: new Date(), finished_at: new Date(), outputs };
    const id = await aRow(stage, client.organization.id, end);
    const events = await allEvents(await get(`${id}/events`));
    expect(events.map(({ event }) => event)).toEqual([
      'execution.queued',
      'execution.started',
      'execution.output',
      'execution.finished',
    ]);
  });

  it('is not found where there is no execution', async () => {
    expect(await errorOf(await get(`${newId('exec')}/events`))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
