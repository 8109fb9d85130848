/** Where the service keeps what outlives it, and who may reach it there. */
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRoot, type Account } from './account.ts';
import { Sentence } from './sentence.ts';

const SYSTEM_DIRECTORY = '/var/lib/code-interpreter';

/**
 * The directory to use: the one asked for, else `.data` in the project, or the system's place when servers of other
 * users could not reach into the project (root's clone under /root).
 */
export function chooseDataDirectory({
  asked,
  project,
  root,
  isOpen,
}: {
  readonly asked: string | undefined;
  readonly project: string;
  readonly root: boolean;
  /** Whether every user may pass through the directory and all above it. */
  readonly isOpen: (directory: string) => boolean;
}): string {
  if (asked !== undefined) return resolve(project, asked);
  return root && !isOpen(project) ? SYSTEM_DIRECTORY : join(project, '.data');
}

/** Whether every user may pass through `directory` and all above it; what does not exist yet does not count. */
export function isOpenToAll(directory: string): boolean {
  const above = dirname(directory);
  const open = (modeOf(directory) & 0o001) !== 0;
  return open && (above === directory || isOpenToAll(above));
}

export type DataPaths = ReturnType<typeof dataPaths>;

export function dataPaths(directory: string) {
  return {
    directory,
    secrets: join(directory, 'secrets.json'),
    adminToken: join(directory, 'admin-token'),
    lock: join(directory, 'start.lock'),
    logs: join(directory, 'logs'),
    run: join(directory, 'run'),
    redis: join(directory, 'redis'),
    postgres: join(directory, 'postgres'),
    files: join(directory, 'files'),
    program: join(directory, 'program'),
    imageCache: join(directory, 'image-cache'),
    log: (name: string) => join(directory, 'logs', `${name}.log`),
    pid: (name: string) => join(directory, 'run', `${name}.pid.json`),
  };
}

/**
 * Makes the directory and its fixed parts.
 * @throws Sentence when it cannot be made
 */
export function provideDataDirectory(directory: string): DataPaths {
  const paths = dataPaths(directory);
  try {
    // Whatever the umask: other users' servers keep their data in here, each in a directory of its own.
    if (mkdirSync(directory, { recursive: true }) !== undefined) chmodSync(directory, 0o755);
    mkdirSync(paths.logs, { recursive: true, mode: 0o750 });
    mkdirSync(paths.run, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new Sentence(`DATA_DIR ${directory} cannot be made or written to: ${String(error)}`, error);
  }
  return paths;
}

/** @throws Sentence when servers that root starts as other users could not reach into the directory */
export function requireReach(directory: string): void {
  if (!isRoot() || isOpenToAll(directory)) return;
  throw new Sentence(
    `DATA_DIR ${directory} cannot be reached by the users that Redis and PostgreSQL run as; choose one that every user may pass through (mode 755 on it and all above it).`,
  );
}

/** Makes a directory that belongs to `account` alone. */
export function providePrivateDirectory(directory: string, account: Account | undefined): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
}

/**
 * Makes the directory that one process writes and the other reads; other users cannot pass through it.
 * @param accounts undefined where the service runs as ourselves
 */
export function provideSharedDirectory(
  directory: string,
  accounts: { readonly writer: Account; readonly reader: Account } | undefined,
): void {
  mkdirSync(directory, { recursive: true, mode: 0o750 });
  if (accounts !== undefined) chownSync(directory, accounts.writer.uid, accounts.reader.gid);
  chmodSync(directory, 0o750);
}

function modeOf(directory: string): number {
  try {
    return statSync(directory).mode;
  } catch {
    return 0o001;
  }
}
