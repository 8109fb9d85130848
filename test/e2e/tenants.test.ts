/** docs/tenants.md, followed to the letter: its commands, in their order, in one shell, against the whole service. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN } from '../helpers/operator.ts';
import { startService } from '../helpers/service.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const SHELL_TIMEOUT_MS = 120_000;

let service: Awaited<ReturnType<typeof startService>>;
let directory: string;

beforeAll(async () => {
  service = await startService({
    env: { ADMIN_TOKEN, WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_PORTS: 'any' },
  });
  // As the project's directory looks to who follows the page.
  directory = mkdtempSync(join(tmpdir(), 'tenants-'));
  mkdirSync(join(directory, '.data'));
  writeFileSync(join(directory, '.data', 'admin-token'), `${ADMIN_TOKEN}\n`);
  symlinkSync(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
}, 120_000);

afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

/** The commands of the page, with the addresses of this test. */
async function commands(): Promise<string> {
  const page = readFileSync(join(PROJECT, 'docs', 'tenants.md'), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(8);
  return blocks
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', service.url)
    .replaceAll('9000', String(await freePort()));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function inShell(script: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const shell = spawn('bash', ['-eu', '-o', 'pipefail'], {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: SHELL_TIMEOUT_MS,
  });
  const ended = new Promise<number | null>((resolve) => shell.once('exit', resolve));
  shell.stdin.end(script);
  const [stdout, stderr, status] = await Promise.all([text(shell.stdout), text(shell.stderr), ended]);
  return { status, stdout, stderr };
}

describe('docs/tenants.md', () => {
  it(
    'can be followed with curl',
    async () => {
      const { status, stdout, stderr } = await inShell(await commands());
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const seen = [
        /"name":"Acme","status":"active"/,
        /"requests_per_minute":600,/,
        /^x-ratelimit-limit-requests: 600/im,
        /^42\n\ncompleted$/m,
        /^execution\.completed exec_\w{20} ok$/m,
        /^delivered$/m,
        /^2$/m,
        /^old key: 200$/m,
        /^new key: 200$/m,
        /^revoked$/m,
        /^revoked key: 401$/m,
        /^suspended\nsuspended: 403\nactive\nfalse\nTOOL_NOT_AVAILABLE\nfresh$/m,
        /^organization\.resume_queue\norganization\.pause_queue\norganization\.update\norganization\.update\norganization\.resume$/m,
        /^ok\n2\ntrue\nfalse\n0$/m,
        /^true\ndeleting\n.*NOT_FOUND/m,
      ];
      for (const pattern of seen) expect(stdout).toMatch(pattern);
    },
    SHELL_TIMEOUT_MS + 10_000,
  );
});
