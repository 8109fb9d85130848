/** Which Debian packages stand behind each part, and how its presence is seen without asking dpkg. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageNeed } from './apt-packages.ts';
import { findProgram, isExecutable } from './command.ts';

const POSTGRES_ROOT = '/usr/lib/postgresql';
const ARCHIVE_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** apparmor: on a kernel that enforces it, the engine cannot start a container without its parser. */
export function engineNeed(): PackageNeed {
  const packages = ['docker.io', 'iptables', 'ca-certificates', ...(hasAppArmor() ? ['apparmor'] : [])];
  return { name: 'docker engine', packages, isMet: () => findProgram('dockerd') !== undefined, unwantedUnits: [] };
}

export const REDIS_NEED: PackageNeed = {
  name: 'redis-server',
  packages: ['redis-server'],
  isMet: () => findProgram('redis-server') !== undefined,
  unwantedUnits: ['redis-server.service'],
};

export const POSTGRES_NEED: PackageNeed = {
  name: 'PostgreSQL',
  packages: ['postgresql'],
  isMet: () => findPostgres() !== undefined,
  unwantedUnits: ['postgresql.service'],
};

export const CURL_NEED: PackageNeed = {
  name: 'curl',
  packages: ['curl', 'ca-certificates'],
  isMet: () => findProgram('curl') !== undefined,
  unwantedUnits: [],
};

export const PYTHON_NEED: PackageNeed = {
  name: 'Python',
  packages: ['python3'],
  isMet: () => findProgram('python3') !== undefined,
  unwantedUnits: [],
};

/** With fonts: without any it draws no text. */
export const BROWSER_NEED: PackageNeed = {
  name: 'Chromium',
  packages: ['chromium', 'fonts-dejavu-core', 'fonts-liberation'],
  isMet: () => findProgram('chromium') !== undefined,
  unwantedUnits: [],
};

/** It recommends the package of the `docker` command: `docker-cli`, or `docker.io` in older releases. */
export const COMPOSE_NEED: PackageNeed = {
  name: 'docker-compose',
  packages: ['docker-compose'],
  isMet: () => findProgram('docker-compose') !== undefined && findProgram('docker') !== undefined,
  unwantedUnits: [],
  withRecommended: true,
};

export const GVISOR_NEED: PackageNeed = {
  name: 'gVisor',
  packages: ['runsc'],
  isMet: () => findProgram('runsc') !== undefined,
  unwantedUnits: [],
};

/** What the recipe of the sandbox image runs on the host. */
export const IMAGE_NEED: PackageNeed = {
  name: 'sandbox image tools',
  packages: ['mmdebstrap', 'debian-archive-keyring', 'gpgv'],
  isMet: () => findProgram('mmdebstrap') !== undefined && existsSync(ARCHIVE_KEYS),
  unwantedUnits: [],
};

/**
 * The directory of PostgreSQL's server programs, or undefined when there is none.
 * @param major the version that an existing database directory needs; the newest without it
 */
export function findPostgres(major?: string): string | undefined {
  const versions = existsSync(POSTGRES_ROOT) ? readdirSync(POSTGRES_ROOT) : [];
  const debian = versions
    .filter((version) => major === undefined || version === major)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(POSTGRES_ROOT, version, 'bin'))
    .find((directory) => isExecutable(join(directory, 'postgres')) && isExecutable(join(directory, 'initdb')));
  if (debian !== undefined) return debian;
  const elsewhere = findProgram('postgres');
  return elsewhere === undefined || findProgram('initdb') === undefined ? undefined : join(elsewhere, '..');
}

function hasAppArmor(): boolean {
  try {
    return readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').startsWith('Y');
  } catch {
    return false;
  }
}
