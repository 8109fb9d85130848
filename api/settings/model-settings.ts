/** Which models there are: JSON in the setting itself, or in a file that it names. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { RESPONSE_SECONDS_DEFAULT, RESPONSE_SECONDS_MAX } from '../../shared/contracts/limits.ts';
import { wholeNumber, type Environment } from '../../shared/platform/settings.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
/** Of an environment variable: models name where a key is, never the key. */
const VARIABLE = /^[A-Z][A-Z0-9_]{0,127}$/;

const url = z.url({ protocol: /^https?$/ });
const keyVariable = z.string().regex(VARIABLE).describe('The environment variable that holds the key.');
const common = {
  model: z.string().min(1).max(256).describe('As the provider names it.'),
  pictures: z.boolean().optional().describe('Whether the model takes pictures.'),
};

export const ModelDefinition = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('openai-compatible'),
    base_url: url,
    api_key_env: keyVariable.optional(),
    ...common,
  }),
  z.strictObject({ provider: z.literal('anthropic'), base_url: url.optional(), api_key_env: keyVariable, ...common }),
  z.strictObject({ provider: z.literal('google'), base_url: url.optional(), api_key_env: keyVariable, ...common }),
]);
export type ModelDefinition = z.infer<typeof ModelDefinition>;

export const ModelDefinitions = z.record(
  z
    .string()
    .regex(NAME)
    .refine((name) => name !== 'direct', { error: '"direct" is built in' }),
  ModelDefinition,
);
export type ModelDefinitions = Readonly<z.infer<typeof ModelDefinitions>>;

/**
 * @param given JSON, or the path of a file that holds it
 * @throws Error that says what is wrong with it
 */
export function readModels(given: string | undefined): ModelDefinitions {
  if (given === undefined) return {};
  const parsed = ModelDefinitions.safeParse(readJson(given));
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new Error(`${first?.path.join('.') ?? ''}: ${first?.message ?? 'is not valid'}`);
}

function readJson(given: string): unknown {
  try {
    return JSON.parse(given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8'));
  } catch (cause) {
    throw new Error('must be JSON, or the path of a file that holds JSON', { cause });
  }
}

const Models = z.string().superRefine((given, context) => {
  try {
    readModels(given);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' });
  }
});

export const MODEL_SETTINGS = {
  MODELS: Models.optional().meta({
    description:
      'Models by name: `{"name":{"provider":"openai-compatible","base_url":"…/v1","api_key_env":"VAR","model":"id"}}`; providers are `openai-compatible`, `anthropic`, `google`. The keys stand in the variables that are named.',
    allowed: 'JSON, or the path of a file that holds it',
    defaultText: 'none; the built-in model `direct` is always there',
  }),
  MODEL_DEFAULT: z.string().regex(NAME).optional().meta({
    description: 'The model of requests that name none, where the organization has no other.',
    defaultText: 'the only one of `MODELS`, if it holds one',
    allowed: 'a name in `MODELS`, or `direct`',
  }),
  MODEL_SILENCE_S: wholeNumber(1, 600).default(120).meta({
    description: 'A model that says nothing for so long has failed.',
    unit: 'seconds',
  }),
  RESPONSE_SECONDS_MAX: wholeNumber(1, RESPONSE_SECONDS_MAX).default(RESPONSE_SECONDS_DEFAULT).meta({
    description: 'A response takes no longer, its model’s time and its code’s together.',
    unit: 'seconds',
  }),
};

/** The keys that the models name, by the names of their variables. */
export function modelKeysOf(models: ModelDefinitions, environment: Environment): Readonly<Record<string, string>> {
  const names = Object.values(models).flatMap(({ api_key_env: name }) => (name === undefined ? [] : [name]));
  return Object.fromEntries(
    names.flatMap((name) => {
      const key = environment[name];
      return key === undefined ? [] : [[name, key]];
    }),
  );
}
