/**
 * How a process reads its environment: schemas for single variables and one reading that tells every problem at once.
 * A variable's `meta` is what the reference says of it; bounds, choices and defaults are taken from the schema itself.
 */
import { z } from 'zod';

export type SettingMeta = {
  /** What the variable decides, as a sentence. */
  readonly description: string;
  readonly unit?: string;
  /** In words, where the default is not a constant. */
  readonly defaultText?: string;
  /** What is allowed, in words, where bounds and choices do not say it. */
  readonly allowed?: string;
};

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export const urlOf = (schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });

const meta = (of: SettingMeta): SettingMeta => of;

/** What api and worker both have; values that name the same thing must be the same for both. */
export const COMMON_SETTINGS = {
  REDIS_URL: urlOf(['redis:', 'rediss:']).meta(
    meta({
      description: 'The Redis that api and workers share; it must not evict keys (`maxmemory-policy noeviction`).',
      allowed: 'a URL: `redis://` or `rediss://`',
    }),
  ),
  REDIS_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/, 'must be 1 to 64 of a-z, 0-9, _ and -')
    .default('ci')
    .meta(
      meta({
        description: 'Prefix of every key in Redis: deployments that share a Redis need different ones.',
        allowed: '1 to 64 of a-z, 0-9, _ and -',
      }),
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta(meta({ description: 'Least severe kind of log line that is written.' })),
  SERVICE_USER: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta({
        description: 'User, with a group of the same name, that the process becomes when it was started as root.',
        allowed: "a user's name",
      }),
    ),
} as const;

/** Where Prometheus reads a process; without a port it is nowhere. */
export const metricsHost = () =>
  z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(
      meta({
        description: 'Address on which the metrics are served. They need no key: let none but Prometheus reach it.',
        allowed: 'an address or a host name',
      }),
    );
export const metricsPort = () =>
  wholeNumber(0, 65_535)
    .optional()
    .meta(
      meta({
        description: 'Port on which `/metrics` is served in Prometheus’s text format; 0 takes any free one.',
        defaultText: 'none: no metrics',
      }),
    );

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An empty variable is one that is not set, as in `SERVICE_USER= npm start`.
 * @throws Error that lists every problem by name and without the values: they may be secrets
 */
export function readSettings<T>(schema: z.ZodType<T>, environment: Environment): Readonly<T> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return `- ${name}: ${set[name] === undefined ? 'is required' : issue.message}`;
  });
  throw new Error(`The environment is not usable:\n${problems.join('\n')}`);
}
