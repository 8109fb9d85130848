/** A PostgreSQL as `npm start` sets it up, durable, that can be killed, frozen and started again on its data. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../api/store/database.ts';
import { migrate } from '../../api/store/migrations.ts';
import { provideDataDirectory } from '../../scripts/setup/data-directory.ts';
import { databaseUrl, POSTGRES_STOP, privatePostgres } from '../../scripts/setup/private-postgres.ts';
import { openSecrets } from '../../scripts/setup/secrets.ts';
import { eventually } from './eventually.ts';

/** Recovery after a crash on a busy machine. */
const READY = { timeoutMs: 60_000, intervalMs: 50 };
const DIES_WITH_THE_TEST = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];

export async function startDurablePostgres() {
  const directory = mkdtempSync(join(tmpdir(), 'durable-postgres-'));
  chmodSync(directory, 0o755); // the server runs as another user when we are root
  const paths = provideDataDirectory(directory);
  const secrets = openSecrets(paths.secrets);
  const plan = await privatePostgres(paths, secrets);
  let running = await start();
  const url = databaseUrl(secrets);
  const database = openDatabase({ url, report: () => undefined });
  await migrate(database.db);
  await database.close();

  async function start(): Promise<ChildProcess> {
    const { program, args, env, cwd, account } = await plan.prepare();
    const [command = '', ...words] = [...DIES_WITH_THE_TEST, program, ...args];
    const server = spawn(command, words, {
      env: { PATH: process.env['PATH'], ...env },
      cwd,
      stdio: 'ignore',
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    await eventually(async () => {
      if (hasEnded(server)) throw new Error(`postgres ended with ${String(server.exitCode ?? server.signalCode)}`);
      return plan.isReady();
    }, READY);
    return server;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded(running)) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
    // Its backends notice that it is gone, and let the data go.
    await eventually(() => backends.every((pid) => !isAlive(pid)), READY);
  }

  let backends: readonly number[] = [];

  return {
    url,
    async kill9(): Promise<void> {
      backends = childrenOf(running.pid);
      await end('SIGKILL');
    },
    /** An orderly end: sessions are broken off, everything is written. */
    async shutDown(): Promise<void> {
      backends = [];
      await end(POSTGRES_STOP.signal);
    },
    /** After `kill9` or `shutDown`, on the same port and data. */
    async restart(): Promise<void> {
      running = await start();
      if (databaseUrl(secrets) !== url) throw new Error('the port of the database was taken meanwhile');
    },
    freeze(): void {
      backends = childrenOf(running.pid);
      running.kill('SIGSTOP');
      for (const pid of backends) signalIfAlive(pid, 'SIGSTOP');
    },
    thaw(): void {
      for (const pid of backends) signalIfAlive(pid, 'SIGCONT');
      running.kill('SIGCONT');
    },
    async stop(): Promise<void> {
      backends = [];
      await end(POSTGRES_STOP.signal);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return !stat.includes(') Z ');
  } catch {
    return false;
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended in between
  }
}
