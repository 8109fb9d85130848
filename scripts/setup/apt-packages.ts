/** Debian packages: what each part of the service needs, and how it is installed without touching running servers. */
import { readdir, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { findProgram } from './command.ts';
import { removeLeftPolicy, withoutServiceStarts } from './service-starts.ts';
import type { Report } from './report.ts';
import { runAsRoot, type RootAccess } from './root-access.ts';
import { Sentence } from './sentence.ts';

export type PackageNeed = {
  readonly name: string;
  /** Installed together when the need is not met. */
  readonly packages: readonly string[];
  isMet(): boolean | Promise<boolean>;
  /** systemd units that the package enables although the service runs a private server instead. */
  readonly unwantedUnits: readonly string[];
  /** Also what the packages recommend, where that is what is needed under names that differ by release. */
  readonly withRecommended?: boolean;
};

const LISTS = '/var/lib/apt/lists';
const LISTS_FRESH_MS = 24 * 3_600_000;
/** A fresh machine often upgrades itself in the background and holds dpkg's lock. */
const LOCK_WAIT_S = 300;

const APT_ENV = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C.UTF-8' };

/**
 * Installs what is missing, one line for each need.
 * @throws Sentence naming the command to run when this process cannot install
 */
export async function provideAptPackages(
  needs: readonly PackageNeed[],
  access: RootAccess,
  report: Report,
): Promise<void> {
  const missing: PackageNeed[] = [];
  for (const need of needs) if (!(await need.isMet())) missing.push(need);
  if (missing.length === 0) return removeLeftPolicy(access);
  const packages = missing.flatMap((need) => need.packages);
  if (!hasApt())
    throw new Sentence(
      `Missing: ${packages.join(', ')}. There is no apt here: install them (or their like) and start again.`,
    );
  if (access.kind === 'none') {
    throw new Sentence(
      `Missing packages, and this user is not root and cannot use sudo. As root: apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`,
    );
  }
  await withoutServiceStarts(access, async () => {
    const refreshed = !(await hasFreshLists());
    if (refreshed) await report.step('package lists', () => refreshLists(access));
    for (const need of missing) await report.step(need.name, () => install(need, access, refreshed));
  });
}

export function hasApt(): boolean {
  return findProgram('apt-get') !== undefined;
}

async function refreshLists(access: RootAccess): Promise<string> {
  const result = await apt(access, ['update']);
  if (result.status !== 0) throw new Sentence(`apt-get update failed:\n${lastLines(result.output)}`);
  return 'refreshed';
}

async function install(need: PackageNeed, access: RootAccess, refreshed: boolean): Promise<string> {
  const args = [
    'install',
    '--yes',
    need.withRecommended === true ? '--install-recommends' : '--no-install-recommends',
    '-o',
    'Dpkg::Options::=--force-confold',
    ...need.packages,
  ];
  let result = await apt(access, args);
  if (result.status !== 0 && !refreshed) {
    await refreshLists(access);
    result = await apt(access, args);
  }
  if (result.status !== 0) {
    throw new Sentence(`apt-get install ${need.packages.join(' ')} failed:\n${lastLines(result.output)}`);
  }
  await disableUnits(need, access);
  return `installed ${need.packages.join(', ')}`;
}

/** What was installed only as a binary for a private server must not start by itself at the next boot. */
async function disableUnits(need: PackageNeed, access: RootAccess): Promise<void> {
  const systemctl = findProgram('systemctl');
  if (systemctl === undefined || need.unwantedUnits.length === 0) return;
  await runAsRoot(access, [systemctl, 'disable', '--quiet', ...need.unwantedUnits]);
}

function apt(access: RootAccess, args: readonly string[]) {
  return runAsRoot(access, ['apt-get', '-q', '-o', `DPkg::Lock::Timeout=${String(LOCK_WAIT_S)}`, ...args], {
    env: APT_ENV,
    detached: true,
  });
}

async function hasFreshLists(): Promise<boolean> {
  if (!existsSync(LISTS)) return false;
  const names = (await readdir(LISTS)).filter((name) => name.includes('_Packages'));
  if (names.length === 0) return false;
  // apt keeps a list's own date as its time; the directory's time is that of the last refresh.
  const { mtimeMs } = await stat(LISTS);
  return Date.now() - mtimeMs < LISTS_FRESH_MS;
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n');
}
