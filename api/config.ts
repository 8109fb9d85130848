/** The environment, read once: every problem is told at once, and nothing else reads it. */
import { z } from 'zod';
import { Isolation } from '../shared/contracts/execution.ts';
import { EVENT_STREAMS_PER_ORGANIZATION_MAX } from '../shared/contracts/limits.ts';
import {
  COMMON_SETTINGS,
  metricsHost,
  metricsPort,
  readSettings,
  urlOf,
  wholeNumber,
  type Environment,
} from '../shared/platform/settings.ts';
import { TRACING_SETTINGS } from '../shared/platform/tracing-settings.ts';
import { MODEL_SETTINGS, modelKeysOf, readModels, type ModelDefinitions } from './settings/model-settings.ts';
import { FILE_SETTINGS } from './settings/file-settings.ts';
import { QUOTA_SETTINGS } from './settings/quota-settings.ts';
import { WEBHOOK_SETTINGS } from './settings/webhook-settings.ts';

const FAILED_KEYS_MAX_DEFAULT = 30;
const SECRET_CHARACTERS_MIN = 32;
const RETENTION_DAYS_DEFAULT = 30;

const DatabaseUrl = urlOf(['postgres:', 'postgresql:']).meta({
  description: 'The PostgreSQL that holds organizations, keys and executions.',
  allowed: 'a URL: `postgresql://`',
});

export const ServerEnvironment = z.object({
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address on which the API listens.', allowed: 'an address or a host name' }),
  PORT: wholeNumber(0, 65_535)
    .default(8080)
    .meta({ description: 'Port on which the API listens; 0 takes any free one.' }),
  DATABASE_URL: DatabaseUrl,
  DATABASE_CONNECTIONS_MAX: wholeNumber(2, 1_000).default(16).meta({
    description: 'Connections to PostgreSQL that one api process opens at most.',
    unit: 'connections',
  }),
  DATABASE_PREPARED_STATEMENTS: z.enum(['on', 'off']).default('on').meta({
    description:
      '`off` behind a pooler that hands every transaction another connection and knows no prepared statements.',
  }),
  ...COMMON_SETTINGS,
  SANDBOX_ISOLATION: Isolation.default('organization').meta({
    description:
      'Isolation of executions that ask for none: `fresh` gives each a new container. Set it on api and worker.',
  }),
  ADMIN_TOKEN: z.string().min(SECRET_CHARACTERS_MIN).max(256).optional().meta({
    description: 'Secret: the operators’ token. Without it there are no calls for operators: `/admin` answers 404.',
    allowed: '32 to 256 characters',
  }),
  ...QUOTA_SETTINGS,
  ...FILE_SETTINGS,
  EVENT_STREAMS_MAX: wholeNumber(1, 100_000).default(EVENT_STREAMS_PER_ORGANIZATION_MAX).meta({
    description: 'Event streams that one organization may have open on one api process.',
    unit: 'streams',
  }),
  FAILED_KEYS_MAX: wholeNumber(1, 1_000_000).default(FAILED_KEYS_MAX_DEFAULT).meta({
    description:
      'Requests with invalid keys that one address may send; of IPv6 a network of 64 bits counts as one address.',
    unit: 'requests a minute',
  }),
  TRUSTED_PROXIES: wholeNumber(0, 16).default(0).meta({
    description:
      'Proxies in front that add the client’s address to `X-Forwarded-For`. Too many lets clients forge their address.',
    unit: 'proxies',
  }),
  PUBLIC_URL: urlOf(['http:', 'https:']).optional().meta({
    description: 'Address under which clients reach the API through a proxy: the server that the API’s document names.',
    defaultText: 'where the document was loaded from',
    allowed: 'a URL: `https://` or `http://`',
  }),
  RETENTION_DAYS: wholeNumber(0, 36_500).default(RETENTION_DAYS_DEFAULT).meta({
    description: 'Finished executions are deleted when they ended longer ago than this; 0 keeps them for ever.',
    unit: 'days',
  }),
  METRICS_HOST: metricsHost(),
  METRICS_PORT: metricsPort(),
  ...WEBHOOK_SETTINGS,
  ...TRACING_SETTINGS,
  ...MODEL_SETTINGS,
});

export const MigrateEnvironment = z.object({ DATABASE_URL: DatabaseUrl });

export const BootstrapEnvironment = z.object({
  DATABASE_URL: DatabaseUrl,
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^ak_[A-Za-z0-9_-]+$/, 'must be ak_ followed by letters, digits, _ or -')
    .min(SECRET_CHARACTERS_MIN)
    .max(256)
    .optional()
    .meta({
      description: 'Secret: an API key that is added if it is absent.',
      defaultText: 'generated and printed once',
      allowed: '`ak_` and letters, digits, _ and -, 32 to 256 in all',
    }),
});

export type Config = Readonly<z.infer<typeof ServerEnvironment>> & {
  /** What `MODELS` says. */
  readonly models: ModelDefinitions;
  /** Secret: the keys that `MODELS` names, by the names of their variables. */
  readonly modelKeys: Readonly<Record<string, string>>;
};

/** @throws Error that lists every problem */
export function readConfig(environment: Environment = process.env): Config {
  const settings = readSettings(ServerEnvironment, environment);
  const models = readModels(settings.MODELS);
  return Object.freeze({ ...settings, models, modelKeys: modelKeysOf(models, environment) });
}

/** @throws Error that lists every problem */
export function readMigrateConfig(
  environment: Environment = process.env,
): Readonly<z.infer<typeof MigrateEnvironment>> {
  return readSettings(MigrateEnvironment, environment);
}

/** @throws Error that lists every problem */
export function readBootstrapConfig(
  environment: Environment = process.env,
): Readonly<z.infer<typeof BootstrapEnvironment>> {
  return readSettings(BootstrapEnvironment, environment);
}
