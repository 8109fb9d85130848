/** The operators' pages as a browser gets them, from a build that the test makes up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDashboardFiles } from '../../../api/admin/dashboard-files.ts';
import { renderError, toAppError } from '../../../api/http/errors.ts';

const PAGE = '<style nonce="__CSP_NONCE__"></style><script src="/admin/assets/a-1.js" nonce="__CSP_NONCE__"></script>';
const SCRIPT = 'console.log(1);'.repeat(100);

let directory: string;
let server: Server;
let url: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ci-pages-'));
  const dist = join(directory, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'secret.txt'), 'a secret');
  writeFileSync(join(dist, 'index.html'), PAGE);
  writeFileSync(join(dist, '.inputs'), 'a stamp');
  writeFileSync(join(dist, 'icon.svg'), '<svg/>');
  writeFileSync(join(dist, 'assets', 'a-1.js'), SCRIPT);
  writeFileSync(join(dist, 'assets', 'a-1.js.gz'), gzipSync(SCRIPT));
  const onError: ErrorRequestHandler = (error, _req, res, next) => {
    void next;
    const { status, body } = renderError(toAppError(error), 'request', new Date());
    res.status(status).json(body);
  };
  server = createServer(express().use(createDashboardFiles(dist)).use(onError)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

/** As it is written, without what `fetch` makes of dots and compression. */
async function raw(path: string, headers: Readonly<Record<string, string>> = {}) {
  const { port } = new URL(url);
  const asked = get({ host: '127.0.0.1', port, path, headers });
  const [response]: IncomingMessage[] = await once(asked, 'response');
  if (response === undefined) throw new Error('no answer');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
}

describe('the operators’ pages', () => {
  it.each(['/admin', '/admin/', '/admin/executions', '/admin/executions/exec_1?text=a'])('are at %s', async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('let in nothing but their own files, and styles with this answer’s nonce', async () => {
    const [one, other] = [await fetch(`${url}/admin`), await fetch(`${url}/admin`)];
    const policy = one.headers.get('content-security-policy') ?? '';
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
    const nonce = /style-src 'self' 'nonce-([\w+/=]{24})'/.exec(policy)?.[1] ?? '';
    expect(await one.text()).toBe(PAGE.replaceAll('__CSP_NONCE__', nonce));
    expect(other.headers.get('content-security-policy')).not.toBe(policy);
  });

  it('keep hashed files for a year, and give them compressed to who takes that', async () => {
    const plain = await raw('/admin/assets/a-1.js');
    expect(plain.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' });
    expect(plain.bytes.toString()).toBe(SCRIPT);
    const small = await raw('/admin/assets/a-1.js', { 'accept-encoding': 'gzip, br' });
    expect(small.headers).toMatchObject({
      ...{ 'content-encoding': 'gzip', 'cache-control': 'public, max-age=31536000, immutable' },
      'content-type': expect.stringMatching(/javascript/),
    });
    expect(small.headers.vary?.toLowerCase()).toContain('accept-encoding');
    expect(gunzipSync(small.bytes).toString()).toBe(SCRIPT);
  });

  it('tell of a file that is gone', async () => {
    const response = await fetch(`${url}/admin/assets/b-2.js`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('json');
  });

  it.each(['/admin/api', '/admin/api/nothing', '/admin/api/queue/nothing'])('are not at %s', async (path) => {
    for (const method of ['GET', 'POST']) expect((await fetch(url + path, { method })).status).toBe(404);
  });

  it.each([
    '/admin/../secret.txt',
    '/admin/%2e%2e/secret.txt',
    '/admin/assets/..%2f..%2fsecret.txt',
    '/admin/assets/%2e%2e/%2e%2e/secret.txt',
    '/admin/..%5csecret.txt',
    '/admin/assets/../.inputs',
    '/admin/.inputs',
  ])('give nothing else away at %s', async (path) => {
    const { bytes } = await raw(path, { 'accept-encoding': 'gzip' });
    expect(bytes.toString()).not.toMatch(/a secret|a stamp/);
  });

  it('can only be looked at', async () => {
    const response = await fetch(`${url}/admin/executions`, { method: 'POST' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect((await fetch(`${url}/admin`, { method: 'HEAD' })).status).toBe(200);
  });

  it('say what to run where they are not built', async () => {
    rmSync(join(directory, 'dist'), { recursive: true });
    const response = await fetch(`${url}/admin`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run dashboard');
  });
});
