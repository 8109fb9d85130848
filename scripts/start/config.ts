/** The settings of `npm start`: the only place here that reads the environment. */
import { z } from 'zod';
import { Sentence } from '../setup/sentence.ts';

const SECRET_CHARACTERS_MIN = 32;

const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  DATA_DIR: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  DOCKER_HOST: z.string().optional(),
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^ak_[A-Za-z0-9_-]+$/, { error: 'must be ak_ followed by letters, digits, _ or -' })
    .min(SECRET_CHARACTERS_MIN)
    .optional(),
  ADMIN_TOKEN: z.string().min(SECRET_CHARACTERS_MIN).optional(),
  REDIS_IMAGE: z.string().min(1).default('redis:7'),
  POSTGRES_IMAGE: z.string().min(1).default('postgres:17'),
});

/** What both services may have of the environment besides their own settings. */
const COMMON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'LOG_LEVEL', 'REDIS_NAMESPACE'];
const COMMON_PREFIXES = ['SANDBOX_', 'OTEL_'];
/** The worker is the process nearest to hostile code: it is given nothing that it does not use. */
const WORKER_PREFIXES = [...COMMON_PREFIXES, 'WORKER_', 'RESULTS_'];
/** What the api must not have: the engine's socket is the worker's, and the keys are added before it starts. */
const API_WITHOUT = ['DOCKER_HOST', 'DOCKER_SOCKET', 'BOOTSTRAP_API_KEY', 'SUDO_COMMAND'];

export type StartConfig = ReturnType<typeof readStartConfig>;

/** @throws Sentence with every problem at once */
export function readStartConfig(environment: NodeJS.ProcessEnv = process.env) {
  // A variable that is set to nothing counts as not set.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new Sentence(`These settings cannot be used:\n${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    dataDirectory: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    dockerHost: env.DOCKER_HOST,
    bootstrapApiKey: env.BOOTSTRAP_API_KEY,
    redisImage: env.REDIS_IMAGE,
    postgresImage: env.POSTGRES_IMAGE,
    /** The address for a client on this machine. */
    baseUrl: `http://${clientHost(env.HOST)}:${String(env.PORT)}`,
    apiEnvironment: pick(given, (name) => !API_WITHOUT.includes(name) && !name.startsWith('npm_')),
    workerEnvironment: pick(
      given,
      (name) => COMMON.includes(name) || WORKER_PREFIXES.some((prefix) => name.startsWith(prefix)),
    ),
  });
}

function clientHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function pick(environment: Readonly<Record<string, string | undefined>>, isPicked: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isPicked(name)));
}
