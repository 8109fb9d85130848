/** One composed deployment under a name of its own, and everything it leaves on the engine. */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { LEGACY, RUN_LABEL, type Bases } from './bases.ts';
import { LABELS } from '../../worker/sandbox/container-spec.ts';
import { lines, run } from './command.ts';

const BUILD_TIMEOUT_MS = 900_000;
const PROJECT_LABEL = 'com.docker.compose.project';

export type Deployment = Awaited<ReturnType<typeof createDeployment>>;

export async function createDeployment(name: string, directory: string, bases: Bases) {
  const envFile = join(directory, 'env');
  const port = await freePort();
  const images = { service: `${name}-service:latest`, sandbox: `${name}-sandbox:latest` };
  const settings = {
    NODE_IMAGE: bases.node,
    DEBIAN_IMAGE: bases.debian,
    REDIS_IMAGE: bases.redis,
    POSTGRES_IMAGE: bases.postgres,
    SERVICE_IMAGE: images.service,
    SANDBOX_IMAGE: images.sandbox,
    API_PORT: String(port),
  };
  const given = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(envFile, given.join(''), { mode: 0o600 });

  const composeWith = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    run('docker-compose', ['--env-file', envFile, '--project-name', name, ...args], {
      timeoutMs: BUILD_TIMEOUT_MS,
      env: { ...LEGACY, ...env },
    });
  const compose = (...args: string[]) => composeWith({}, ...args);
  /** Not the one-shot container of the same image: it is no worker's. */
  const sandboxes = () =>
    lines('docker', ['ps', '-aq', '--filter', `ancestor=${images.sandbox}`, '--filter', `label=${LABELS.worker}`]);
  const containers = (service: string) => lines('docker', ['ps', '-q', ...ofService(service)]);
  const ofService = (service: string) =>
    ['--filter', `label=${PROJECT_LABEL}=${name}`, '--filter', `label=com.docker.compose.service=${service}`] as const;
  /** @throws Error when the service has not exactly one container */
  const container = async (service: string): Promise<string> => {
    const [id, ...others] = await containers(service);
    if (id === undefined || others.length > 0) throw new Error(`${service} has not exactly one container`);
    return id;
  };

  return {
    name,
    url: `http://127.0.0.1:${String(port)}`,
    images,
    compose,
    containers,
    container,
    /** Runs `deploy/compose/set-up.sh` and reads what it wrote. */
    async setUp(): Promise<ReadonlyMap<string, string>> {
      await run('deploy/compose/set-up.sh', [], { env: { ...LEGACY, ENV_FILE: envFile }, timeoutMs: BUILD_TIMEOUT_MS });
      const text = await readFile(envFile, 'utf8');
      return new Map(text.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=').slice(1).join('=')]));
    },
    health: (id: string) => inspect(id, '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}'),
    /** Runs a command in a container of the service's image that is in one network alone. */
    runIn: (network: string, command: readonly string[]) =>
      run('docker', ['run', '--rm', '--network', network, images.service, ...command]),
    sandboxes,
    /**
     * Ends everything, whatever state it is in.
     * @returns the sandboxes that were left when their workers had gone
     */
    async takeDown(): Promise<string[]> {
      // Where set-up did not come to its end: compose wants every setting, also of what it takes away.
      const any = { POSTGRES_PASSWORD: 'any', REDIS_PASSWORD: 'any', DOCKER_GID: '0', SANDBOX_IMAGE_HASH: 'any' };
      await composeWith(any, 'down', '--volumes', '--remove-orphans');
      const left = await sandboxes();
      if (left.length > 0) await run('docker', ['rm', '--force', ...left]);
      return left;
    },
    /** Everything of this deployment and of its builds that the engine still holds. */
    async leftovers(): Promise<string[]> {
      const ofProject = ['-q', '--filter', `label=${PROJECT_LABEL}=${name}`];
      const ofRun = ['-aq', '--filter', `label=${RUN_LABEL}=${name}`];
      const found = await Promise.all([
        lines('docker', ['ps', '-a', ...ofProject]),
        lines('docker', ['ps', ...ofRun]),
        lines('docker', ['volume', 'ls', ...ofProject]),
        lines('docker', ['network', 'ls', ...ofProject]),
        lines('docker', ['images', ...ofRun]),
        lines('docker', ['images', '-q', '--filter', `reference=${name}-*`]),
      ]);
      return [...new Set(found.flat())];
    },
  };
}

export function inspect(id: string, format: string): Promise<string> {
  return run('docker', ['inspect', '--format', format, id]);
}

/** Removes every container and image of the run, also the nameless ones of its builds. */
export async function removeImages(name: string): Promise<void> {
  const filter = ['--filter', `label=${RUN_LABEL}=${name}`];
  const containers = await lines('docker', ['ps', '-aq', ...filter]);
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
  const named = await lines('docker', [
    'images',
    '--filter',
    `reference=${name}-*`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  if (named.length > 0) await run('docker', ['rmi', '--force', ...named]);
  // A parent cannot go before its children: again, as long as it gets fewer.
  for (let left = Infinity; ;) {
    const ids = [...new Set(await lines('docker', ['images', '-aq', ...filter]))];
    if (ids.length === 0 || ids.length >= left) return;
    left = ids.length;
    await run('docker', ['rmi', '--force', ...ids]).catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
