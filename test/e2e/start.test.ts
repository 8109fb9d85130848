import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { identify } from '../../scripts/setup/process-identity.ts';
import { containersOf, ENGINE_SOCKET, requireEngine } from '../helpers/engine.ts';
import { eventually } from '../helpers/eventually.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const START_PATIENCE_MS = 120_000;

jest.setTimeout(START_PATIENCE_MS + 60_000);

type End = { readonly status: number | null; readonly signal: NodeJS.Signals | null };

type Start = {
  readonly output: () => string;
  readonly ended: Promise<End>;
  /** Sends the signal to the command that was typed, and gives its exit status and signal. */
  readonly end: (signal: NodeJS.Signals) => Promise<End>;
  /** Kills the start itself, so that it cannot end anything. */
  readonly kill9: () => Promise<void>;
};

let dataDirectory = '';
let port = 0;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  await requireEngine();
  dataDirectory = mkdtempSync(join(tmpdir(), 'start-test-'));
  chmodSync(dataDirectory, 0o755);
  port = await freePort();
});
afterEach(async () => {
  for (const child of running) child.kill('SIGTERM');
  await eventually(() => running.size === 0, { timeoutMs: 60_000 });
});
afterAll(() => {
  rmSync(dataDirectory, { recursive: true, force: true });
});

describe('npm start', () => {
  it('goes from nothing to a first result, and ends without leaving anything', async () => {
    const start = npmStart();
    await ready(start);
    expect(start.output()).toMatch(/through the API: \$38,696\.84 \(\d+ ms\)/);
    expect(start.output()).toContain(`ready: http://127.0.0.1:${String(port)}`);

    const answer = await promisify(execFile)('sh', ['-c', curlOf(start)]);
    expect(JSON.parse(answer.stdout)).toMatchObject({ status: 'completed', stdout: '2\n' });

    const [, tokenFile = ''] = /^For operators: .+ asks for what is in (.+)$/m.exec(start.output()) ?? [];
    const authorization = `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`;
    const organizations = await fetch(`http://127.0.0.1:${String(port)}/admin/api/organizations`, {
      headers: { authorization },
    });
    expect(organizations.status).toBe(200);

    const processes = rememberedProcesses();
    const workers = workerIds();
    expect(processes).toHaveLength(4);
    expect(await containersOf(workers)).not.toHaveLength(0);
    expect(await start.end('SIGINT')).toEqual({ status: 0, signal: null });
    expect(processes.filter(isAlive)).toEqual([]);
    expect(rememberedProcesses()).toEqual([]);
    expect(await containersOf(workers)).toEqual([]);
  });

  it('ends code that runs when it is stopped', async () => {
    const start = npmStart({ BOOTSTRAP_API_KEY: GIVEN_KEY });
    await ready(start);
    const workers = workerIds();
    const endless = (await call('/v1/executions', { code: 'while True: pass' })) as { id: string };
    await eventually(
      async () => ((await call(`/v1/executions/${endless.id}`)) as { status: string }).status === 'running',
      {
        timeoutMs: 20_000,
        intervalMs: 50,
      },
    );
    expect(await start.end('SIGTERM')).toEqual({ status: 0, signal: null });
    expect(await containersOf(workers)).toEqual([]);
  });

  it('shows the first key only once, and takes the one that is given', async () => {
    const start = npmStart({ BOOTSTRAP_API_KEY: GIVEN_KEY });
    await ready(start);
    expect(start.output()).not.toContain('ak_');
    expect(await call('/v1/executions?wait=20', { code: 'print(3)' })).toMatchObject({ stdout: '3\n' });
    await start.end('SIGINT');
  });

  it('refuses a second start on the same data, naming the first', async () => {
    const start = npmStart();
    await ready(start);
    const second = npmStart();
    expect(await second.ended).toEqual({ status: 1, signal: null });
    expect(second.output()).toMatch(/^Process \d+ already serves from /m);
    await start.end('SIGINT');
  });

  it('takes over from a start that was killed', async () => {
    const killed = npmStart();
    await ready(killed);
    const left = rememberedProcesses();
    await killed.kill9();
    const start = npmStart();
    await ready(start);
    expect(left.filter(isAlive)).toEqual([]);
    expect(await start.end('SIGINT')).toEqual({ status: 0, signal: null });
  });

  it('says in one sentence that the port is taken', async () => {
    const other = createServer();
    const otherPort = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve(portOf(other))),
    );
    const start = npmStart({ PORT: String(otherPort) });
    expect(await start.ended).toEqual({ status: 1, signal: null });
    expect(start.output().trim().split('\n')).toHaveLength(1);
    expect(start.output()).toContain('choose another with PORT');
    other.close();
  });
});

const GIVEN_KEY = `ak_${'given0'.repeat(6)}`;

function npmStart(settings: Readonly<Record<string, string>> = {}): Start {
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'start'], {
    cwd: PROJECT,
    env: {
      ...process.env,
      REDIS_URL: '',
      DATABASE_URL: '',
      DATA_DIR: dataDirectory,
      PORT: String(port),
      DOCKER_HOST: `unix://${ENGINE_SOCKET}`,
      WORKER_SLOTS: '1',
      SANDBOX_WARM: '1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<End>((resolve) => {
    child.once('close', (status, signal) => {
      running.delete(child);
      resolve({ status, signal });
    });
  });
  return {
    output: () => output,
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    kill9: async () => {
      process.kill(lockHolder(), 'SIGKILL');
      await ended;
    },
  };
}

/** Until it has shown the command to paste, which is its last line. */
async function ready(start: Start): Promise<void> {
  await eventually(() => /^curl /m.test(start.output()) || running.size === 0, {
    timeoutMs: START_PATIENCE_MS,
    intervalMs: 50,
  });
  if (!/^curl /m.test(start.output())) throw new Error(`npm start ended:\n${start.output()}`);
}

function curlOf(start: Start): string {
  return /^curl .*$/m.exec(start.output())?.[0] ?? '';
}

async function call(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${GIVEN_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}

function rememberedProcesses(): number[] {
  const directory = join(dataDirectory, 'run');
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => pidIn(join(directory, name)));
}

function lockHolder(): number {
  return pidIn(join(dataDirectory, 'start.lock'));
}

function pidIn(file: string): number {
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

function workerIds(): string[] {
  const log = readFileSync(join(dataDirectory, 'logs', 'worker.log'), 'utf8');
  return [...log.matchAll(/"workerId":"([^"]+)"/g)].map(([, id]) => id ?? '');
}

/** A zombie, which only its parent can clear away, does not live. */
function isAlive(pid: number): boolean {
  return identify(pid) !== undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const found = portOf(probe);
      probe.close(() => {
        resolve(found);
      });
    });
  });
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  if (address === null || typeof address !== 'object') throw new Error('no address');
  return address.port;
}
