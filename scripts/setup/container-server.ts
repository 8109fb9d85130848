/** Redis or PostgreSQL as a container, for machines with a Docker engine and without Debian packages. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineApi } from './engine-api.ts';
import { localPort } from './ports.ts';
import type { SecretStore } from './secrets.ts';
import { Sentence } from './sentence.ts';

export type ContainerPlan = {
  readonly name: 'redis' | 'postgres';
  readonly image: string;
  /** Variable with which another image can be named, for the sentence when this one cannot be had. */
  readonly imageSetting: string;
  readonly containerPort: number;
  readonly volumePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Replaces the image's own entry point and command. */
  readonly command?: readonly string[];
  readonly user?: string;
  readonly portSetting: 'redis_port' | 'postgres_port';
  readonly isReady: () => Promise<boolean>;
};

export type ContainerServer = { readonly stop: () => Promise<void> };

const READY_PATIENCE_MS = 60_000;
const PULL_TIMEOUT_MS = 10 * 60_000;
const STOP_S = 20;
const POLL_MS = 100;

/** Passwords go by the environment: a word of the command line would show in the host's process list. */
export function redisContainer(image: string, secrets: SecretStore, isReady: () => Promise<boolean>): ContainerPlan {
  const configuration = [
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'dir /data',
  ];
  const lines = [...configuration, 'requirepass %s', ''].join('\\n');
  return {
    name: 'redis',
    image,
    imageSetting: 'REDIS_IMAGE',
    containerPort: 6379,
    volumePath: '/data',
    env: { REDIS_PASSWORD: secrets.get().redis_password },
    command: [
      'sh',
      '-c',
      `umask 077; printf '${lines}' "$REDIS_PASSWORD" > /tmp/redis.conf; exec redis-server /tmp/redis.conf`,
    ],
    user: 'redis',
    portSetting: 'redis_port',
    isReady,
  };
}

export function postgresContainer(image: string, secrets: SecretStore, isReady: () => Promise<boolean>): ContainerPlan {
  return {
    name: 'postgres',
    image,
    imageSetting: 'POSTGRES_IMAGE',
    containerPort: 5432,
    volumePath: '/var/lib/postgresql/data',
    env: {
      POSTGRES_USER: 'code_interpreter',
      POSTGRES_DB: 'code_interpreter',
      POSTGRES_PASSWORD: secrets.get().postgres_password,
      POSTGRES_INITDB_ARGS: '--auth-host=scram-sha-256 --locale=C --encoding=UTF8',
    },
    portSetting: 'postgres_port',
    isReady,
  };
}

/** Name of the container and of its volume: one of each for every data directory. Pure. */
export function containerName(server: string, dataDirectory: string): string {
  return `code-interpreter-${server}-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}`;
}

/**
 * Starts the server on the data that earlier starts left in its volume.
 * @throws Sentence when the image cannot be had or the server does not become ready
 */
export async function startContainerServer(
  engine: EngineApi,
  plan: ContainerPlan,
  { secrets, dataDirectory }: { readonly secrets: SecretStore; readonly dataDirectory: string },
): Promise<ContainerServer> {
  const name = containerName(plan.name, dataDirectory);
  await provideImage(engine, plan);
  const stop = () => removeContainer(engine, name);
  await stop(); // what a killed start left
  const port = await localPort(secrets.get()[plan.portSetting]);
  secrets.rememberPort(plan.portSetting, port);
  try {
    await startContainer(engine, plan, { name, port });
    await untilReady(plan);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

async function startContainer(
  engine: EngineApi,
  plan: ContainerPlan,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<void> {
  const created = await engine.call('POST', `/containers/create?name=${name}`, containerOf(plan, name, port));
  if (created.status !== 201)
    throw new Sentence(`${plan.name}: the engine refused the container: ${created.body.trim()}`);
  const started = await engine.call('POST', `/containers/${name}/start`);
  if (started.status !== 204) throw new Sentence(`${plan.name}: the container does not start: ${started.body.trim()}`);
}

async function untilReady({ name, image, isReady }: ContainerPlan): Promise<void> {
  const deadline = performance.now() + READY_PATIENCE_MS;
  while (!(await isReady())) {
    if (performance.now() > deadline) {
      throw new Sentence(
        `${name}: the container of ${image} was not ready after ${String(READY_PATIENCE_MS / 1000)} s`,
      );
    }
    await delay(POLL_MS);
  }
}

function containerOf(plan: ContainerPlan, name: string, port: number) {
  const inside = `${String(plan.containerPort)}/tcp`;
  return {
    Image: plan.image,
    Env: Object.entries(plan.env).map(([key, value]) => `${key}=${value}`),
    ...(plan.command === undefined ? {} : { Entrypoint: [], Cmd: plan.command }),
    ...(plan.user === undefined ? {} : { User: plan.user }),
    Labels: { 'code-interpreter.server': plan.name },
    ExposedPorts: { [inside]: {} },
    HostConfig: {
      PortBindings: { [inside]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      Mounts: [{ Type: 'volume', Source: name, Target: plan.volumePath }],
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}

async function provideImage(engine: EngineApi, { name, image, imageSetting }: ContainerPlan): Promise<void> {
  if (await hasImage(engine, image)) return;
  await engine.call('POST', `/images/create?fromImage=${encodeURIComponent(image)}`, undefined, PULL_TIMEOUT_MS);
  // A pull that fails half way still answers 200: what counts is whether the image is there.
  if (await hasImage(engine, image)) return;
  const url = name === 'redis' ? 'REDIS_URL' : 'DATABASE_URL';
  throw new Sentence(
    `The image ${image} is not here and cannot be pulled. Name another with ${imageSetting}, install the server's programs, or give ${url}.`,
  );
}

async function hasImage(engine: EngineApi, image: string): Promise<boolean> {
  return (await engine.call('GET', `/images/${encodeURIComponent(image)}/json`)).status === 200;
}

async function removeContainer(engine: EngineApi, name: string): Promise<void> {
  await engine.call('POST', `/containers/${name}/stop?t=${String(STOP_S)}`);
  await engine.call('DELETE', `/containers/${name}?force=1`);
}
