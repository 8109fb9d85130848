/** A real PostgreSQL of this test run: a server per test file from a cached data directory, a fresh database per call. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../api/store/database.ts';
import { migrate } from '../../api/store/migrations.ts';
import { eventually } from './eventually.ts';

export type TestPostgres = {
  /** URL of a migrated database that exists from the start. */
  readonly url: string;
  /** Makes another database and gives its URL; migrated unless `empty`. */
  createDatabase(options?: { readonly empty?: boolean }): Promise<string>;
  /** Stops every process of the server without ending it, as a hung disk would. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
};

const PORT = '5432'; // only names the socket file: the server listens on no network
const TEMPLATE = 'template_migrated';

/** @param parent where the data lies; the system's temporary directory unless a test has its own disk */
export async function startPostgres(parent = tmpdir()): Promise<TestPostgres> {
  const directory = mkdtempSync(join(parent, 'ci-postgres-'));
  const owner = serverOwner();
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  run('cp', ['-a', cachedCluster(), data]);
  const server = startServer(directory, data);
  const urlOf = (database: string) =>
    `postgresql://postgres@localhost:${PORT}/${database}?host=${encodeURIComponent(directory)}`;
  await eventually(() => accepts(urlOf('postgres')));
  await adminQuery(urlOf('postgres'), `create database ${TEMPLATE}`);
  await migrated(urlOf(TEMPLATE));

  let made = 0;
  async function createDatabase({ empty = false } = {}): Promise<string> {
    made += 1;
    const name = `test_${String(made)}`;
    await adminQuery(urlOf('postgres'), `create database ${name} template ${empty ? 'template0' : TEMPLATE}`);
    return urlOf(name);
  }

  return {
    url: await createDatabase(),
    createDatabase,
    freeze: () => {
      signalAll(data, 'SIGSTOP');
    },
    thaw: () => {
      signalAll(data, 'SIGCONT');
    },
    async stop() {
      signalAll(data, 'SIGCONT');
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.stdin.end();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs one statement on a database of its own connection, for what the service itself never does. */
export async function adminQuery(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}

async function accepts(url: string): Promise<boolean> {
  return adminQuery(url, 'select 1').then(
    () => true,
    () => false,
  );
}

async function migrated(url: string): Promise<void> {
  const database = openDatabase({ url, report: () => undefined });
  await migrate(database.db);
  await database.close();
}

/** A cluster made by `initdb` once per machine and version, copied by every run. */
function cachedCluster(): string {
  const initdb = serverProgram('initdb');
  const version = run(initdb, ['--version']).replaceAll(/[^0-9.]/g, '');
  const cached = join(tmpdir(), `ci-postgres-template-${version}-${String(process.getuid?.() ?? 0)}`);
  if (existsSync(cached)) return cached;
  const making = mkdtempSync(join(tmpdir(), 'ci-postgres-initdb-'));
  const owner = serverOwner();
  if (owner !== undefined) chownSync(making, owner.uid, owner.gid);
  const data = join(making, 'data');
  run(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], owner);
  try {
    renameSync(data, cached);
  } catch (error) {
    if (!existsSync(cached)) throw error; // another run was first: its cluster is as good
  }
  rmSync(making, { recursive: true, force: true });
  return cached;
}

/** Ends the server when its standard input ends: so it does also when this process is killed. */
const UNTIL_END_OF_INPUT =
  '"$0" "$@" & server=$!; cat > /dev/null; kill -CONT $server; kill -QUIT $server; wait $server';

function startServer(directory: string, data: string) {
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'synchronous_commit=off',
    'listen_addresses=',
    'max_connections=100',
  ].flatMap((setting) => ['-c', setting]);
  const command = [serverProgram('postgres'), '-D', data, '-k', directory, '-p', PORT, ...settings];
  return spawn('sh', ['-c', UNTIL_END_OF_INPUT, ...command], { stdio: ['pipe', 'ignore', 'ignore'], ...serverOwner() });
}

/** The server and its backends, which are its children. */
function signalAll(data: string, signal: NodeJS.Signals): void {
  const server = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = run('sh', ['-c', `cat /proc/${String(server)}/task/*/children`]);
  for (const pid of [server, ...children.split(/\s+/).filter(Boolean).map(Number)]) {
    try {
      process.kill(pid, signal);
    } catch {
      // ended in between
    }
  }
}

/** PostgreSQL refuses to run as root: the user that its Debian package makes runs it instead. */
function serverOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(run('id', [flag, 'postgres']).trim());
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Where a program of PostgreSQL lies. */
export function serverProgram(name: string): string {
  const root = '/usr/lib/postgresql';
  const debian = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...debian.map((version) => join(root, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`PostgreSQL's ${name} was not found: install the package "postgresql"`);
  return found;
}

function run(program: string, args: string[], owner?: { uid: number; gid: number }): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir(), ...owner });
}
