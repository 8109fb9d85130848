/** Stand-ins for the public base images, made of Debian packages: for machines that reach no image registry. */
import { cp, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_DIRECTORY, run } from './command.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const MIRRORS = [
  'http://deb.debian.org/debian trixie main',
  'http://deb.debian.org/debian trixie-updates main',
  'http://deb.debian.org/debian-security trixie-security main',
];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const STAND_INS = ['node', 'redis', 'postgres'] as const;

/** Containers and images that are made from a stand-in inherit it, also ones that a build leaves without a name. */
export const RUN_LABEL = 'code-interpreter.compose-test';

export type Bases = Readonly<Record<'debian' | (typeof STAND_INS)[number], string>>;

/**
 * @param name of this run; part of every tag
 * @param directory to work in
 */
export async function makeBases(name: string, directory: string): Promise<Bases> {
  const tagOf = (base: string) => `${name}-${base}:stand-in`;
  const bases = {
    debian: tagOf('debian'),
    node: tagOf('node'),
    redis: tagOf('redis'),
    postgres: tagOf('postgres'),
  };
  const archive = join(directory, 'debian.tar');
  const mirrors = MIRRORS.map((mirror) => `deb [signed-by=${KEYRING}] ${mirror}`);
  await run('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', 'trixie', archive, ...mirrors]);
  const changes = ['-c', `LABEL ${RUN_LABEL}=${name}`, '-c', 'CMD ["bash"]'];
  await run('docker', ['import', ...changes, archive, bases.debian]);

  const context = join(directory, 'context');
  await mkdir(context);
  await cp(join(import.meta.dirname, 'stand-ins'), context, { recursive: true });
  await cp(await realpath(process.execPath), join(context, 'node'));
  await cp(join(await realpath(await run('which', ['npm'])), '..', '..'), join(context, 'npm'), { recursive: true });
  await cp(CERTIFICATES, join(context, 'ca-certificates.crt'));
  // The setting of docker-compose.yml: `host` where the engine's bridge has no way out.
  const network = process.env['BUILD_NETWORK'] ?? 'default';
  for (const standIn of STAND_INS) {
    const build = [
      'build',
      '--quiet',
      '--force-rm',
      '--network',
      network,
      '--build-arg',
      `DEBIAN_IMAGE=${bases.debian}`,
    ];
    const file = ['--file', join(context, `${standIn}.Dockerfile`), '--tag', bases[standIn]];
    await run('docker', [...build, ...file, context], { cwd: PROJECT_DIRECTORY, timeoutMs: 300_000, env: LEGACY });
  }
  return bases;
}

/** Debian's engine brings no BuildKit client; the Dockerfiles build with either. */
export const LEGACY = { DOCKER_BUILDKIT: '0', COMPOSE_DOCKER_CLI_BUILD: '0' } as const;
