/** The environment, read once: every problem is told at once, and nothing else reads it. */
import { z } from 'zod';
import { Isolation } from '../shared/contracts/execution.ts';
import {
  EVENT_STREAMS_PER_ORGANIZATION_MAX,
  QUEUED_BYTES_PER_ORGANIZATION_MAX,
  QUEUED_PER_ORGANIZATION_MAX,
} from '../shared/contracts/limits.ts';

const FAILED_KEYS_MAX_DEFAULT = 30;
const SECRET_CHARACTERS_MIN = 32;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const urlOf = (schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });

const LogLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);
const DatabaseUrl = urlOf(['postgres:', 'postgresql:']);
const BootstrapKey = z
  .string()
  .regex(/^ak_[A-Za-z0-9_-]+$/, 'must be ak_ followed by letters, digits, _ or -')
  .min(SECRET_CHARACTERS_MIN)
  .max(256);

const ServerEnvironment = z.object({
  /** Address to listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
  DATABASE_URL: DatabaseUrl,
  DATABASE_CONNECTIONS_MAX: wholeNumber(2, 1_000).default(16),
  /** `off` behind a pooler that hands every transaction another connection and knows no prepared statements. */
  DATABASE_PREPARED_STATEMENTS: z.enum(['on', 'off']).default('on'),
  REDIS_URL: urlOf(['redis:', 'rediss:']),
  REDIS_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/, 'must be 1 to 64 of a-z, 0-9, _ and -')
    .default('ci'),
  LOG_LEVEL: LogLevel.default('info'),
  /** User that the process becomes when it was started as root. */
  SERVICE_USER: z.string().min(1).optional(),
  SANDBOX_ISOLATION: Isolation.default('organization'),
  ADMIN_TOKEN: z.string().min(SECRET_CHARACTERS_MIN).max(256).optional(),
  QUEUED_MAX: wholeNumber(1, 10_000_000).default(QUEUED_PER_ORGANIZATION_MAX),
  QUEUED_BYTES_MAX: wholeNumber(1, 2 ** 40).default(QUEUED_BYTES_PER_ORGANIZATION_MAX),
  EVENT_STREAMS_MAX: wholeNumber(1, 100_000).default(EVENT_STREAMS_PER_ORGANIZATION_MAX),
  /** Requests with invalid keys that an address may send in a minute. */
  FAILED_KEYS_MAX: wholeNumber(1, 1_000_000).default(FAILED_KEYS_MAX_DEFAULT),
  /** Proxies in front that tell the client's address in X-Forwarded-For. */
  TRUSTED_PROXIES: wholeNumber(0, 16).default(0),
});

const MigrateEnvironment = z.object({ DATABASE_URL: DatabaseUrl });
const BootstrapEnvironment = z.object({ DATABASE_URL: DatabaseUrl, BOOTSTRAP_API_KEY: BootstrapKey.optional() });

type Environment = Readonly<Record<string, string | undefined>>;
type Parsed<T> = Readonly<T>;

export type Config = Parsed<z.infer<typeof ServerEnvironment>>;

/** @throws Error that lists every problem */
export function readConfig(environment: Environment = process.env): Config {
  return read(ServerEnvironment, environment);
}

/** @throws Error that lists every problem */
export function readMigrateConfig(environment: Environment = process.env): Parsed<z.infer<typeof MigrateEnvironment>> {
  return read(MigrateEnvironment, environment);
}

/** @throws Error that lists every problem */
export function readBootstrapConfig(
  environment: Environment = process.env,
): Parsed<z.infer<typeof BootstrapEnvironment>> {
  return read(BootstrapEnvironment, environment);
}

function read<T>(schema: z.ZodType<T>, environment: Environment): Parsed<T> {
  // An empty variable is one that is not set, as in `SERVICE_USER= npm start`.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(problemOf(set));
  throw new Error(`The environment is not usable:\n${problems.join('\n')}`);
}

/** Names the variable and what is wrong with it, but never its value: it may be a secret. */
function problemOf(set: Environment) {
  return (issue: z.core.$ZodIssue): string => {
    const name = issue.path.join('.');
    return `- ${name}: ${set[name] === undefined ? 'is required' : issue.message}`;
  };
}
