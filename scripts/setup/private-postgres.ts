/** The private PostgreSQL: durable, on 127.0.0.1 only, one role with a generated password and no one else. */
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { isRoot, serverAccount, type Account } from './account.ts';
import { runCommand } from './command.ts';
import { providePrivateDirectory, type DataPaths } from './data-directory.ts';
import { findPostgres } from './package-needs.ts';
import { localPort } from './ports.ts';
import { identify } from './process-identity.ts';
import type { SecretStore } from './secrets.ts';
import { codeOf, Sentence } from './sentence.ts';
import type { ServerPlan } from './server-start.ts';

const ROLE = 'code_interpreter';
const DATABASE = 'code_interpreter';
const ENVIRONMENT = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/** PostgreSQL's "fast shutdown": sessions are ended, everything is written. */
export const POSTGRES_STOP = { signal: 'SIGINT', patienceMs: 30_000 } as const;

export async function privatePostgres(paths: DataPaths, secrets: SecretStore): Promise<ServerPlan> {
  const account = await serverAccount('postgres');
  return {
    name: 'postgres',
    stop: POSTGRES_STOP,
    readyPatienceMs: 60_000,
    prepare: async () => {
      if (!existsSync(paths.postgres)) await initialize(paths.postgres, account, secrets.get().postgres_password);
      removeStalePid(paths.postgres);
      const port = await localPort(secrets.get().postgres_port);
      secrets.rememberPort('postgres_port', port);
      const program = join(programsFor(paths.postgres), 'postgres');
      return { program, args: postgresArguments(paths.postgres, port), env: ENVIRONMENT, cwd: paths.postgres, account };
    },
    isReady: () => isPostgresReady(secrets),
  };
}

export function databaseUrl(secrets: SecretStore): string {
  const { postgres_password: password, postgres_port: port } = secrets.get();
  return `postgresql://${ROLE}:${password}@127.0.0.1:${String(port)}/${DATABASE}`;
}

export function postgresArguments(directory: string, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    password_encryption: 'scram-sha-256',
    logging_collector: 'off',
    log_destination: 'stderr',
  };
  return ['-D', directory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/**
 * Makes the database directory beside its place and moves it there when it is complete: a first start that is killed
 * in the middle starts anew.
 */
async function initialize(directory: string, account: Account | undefined, password: string): Promise<void> {
  const programs = findPostgres();
  if (programs === undefined) throw new Sentence('PostgreSQL is not installed (Debian package postgresql).');
  const beside = `${directory}.new`;
  rmSync(beside, { recursive: true, force: true });
  providePrivateDirectory(beside, account);
  const options = { account, env: ENVIRONMENT, cwd: beside };
  const args = [
    '-D',
    beside,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--auth=reject',
    '--data-checksums',
    '--no-instructions',
  ];
  await mustWork('initdb', runCommand(join(programs, 'initdb'), args, options));
  // The superuser has no password and no way in: the role is made before any server listens.
  const sql = `CREATE ROLE ${ROLE} LOGIN PASSWORD '${password}'\nCREATE DATABASE ${DATABASE} OWNER ${ROLE}\n`;
  const single = ['--single', '-D', beside, '-c', 'log_min_messages=error', 'postgres'];
  const created = await mustWork(
    'postgres --single',
    runCommand(join(programs, 'postgres'), single, { ...options, input: sql }),
  );
  // Single-user mode ends with status 0 even when a statement failed.
  if (created.includes('ERROR')) throw new Sentence(`The role and its database could not be made:\n${created.trim()}`);
  const rules = join(beside, 'pg_hba.conf');
  writeFileSync(rules, `host ${DATABASE} ${ROLE} 127.0.0.1/32 scram-sha-256\n`, { mode: 0o600 });
  if (account !== undefined) chownSync(rules, account.uid, account.gid);
  renameSync(beside, directory);
}

async function mustWork(name: string, running: ReturnType<typeof runCommand>): Promise<string> {
  const { status, output } = await running;
  if (status !== 0) throw new Sentence(`${name} failed:\n${output.trim().split('\n').slice(-6).join('\n')}`);
  return output;
}

/** A directory belongs to one major version; the system's may have moved on. */
function programsFor(directory: string): string {
  const major = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  const programs = findPostgres(major);
  if (programs === undefined) {
    throw new Sentence(
      `The database in ${directory} was made by PostgreSQL ${major}, which is not installed: install postgresql-${major}, or move the data over with pg_upgrade.`,
    );
  }
  return programs;
}

/** PostgreSQL refuses to start over the pid file of a killed server whose number another process now has. */
function removeStalePid(directory: string): void {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (Number.isInteger(pid) && pid > 0 && identify(pid) !== undefined && isPostgres(pid, directory)) return;
  rmSync(file, { force: true });
}

function isPostgres(pid: number, directory: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const words = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0');
    return words.includes(directory) || (!isRoot() && words[0] === '');
  } catch {
    return false;
  }
}

/**
 * Whether it answers a query.
 * @throws Sentence when it refuses the password: waiting would not help
 */
export async function isPostgresReady(secrets: SecretStore): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl(secrets), connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    if (codeOf(error) === '28P01') {
      throw new Sentence('The private PostgreSQL does not take the password in secrets.json.', error);
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
