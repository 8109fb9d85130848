/** The models that the settings name, and the built-in one. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ModelDefinition, ModelDefinitions } from '../settings/model-settings.ts';
import { createDirectModel } from './direct.ts';
import type { Model } from './model.ts';
import { providerFetch } from './provider-fetch.ts';
import { createSdkModel, type SdkModelOptions } from './sdk-model.ts';

export type ModelMaker = ModelDefinition['provider'] | 'built-in';

export type RegistryOptions = {
  readonly definitions: ModelDefinitions;
  /** The keys by the names of their variables. */
  readonly keys: Readonly<Record<string, string | undefined>>;
  readonly defaultName: string | undefined;
  readonly silenceMs: number;
};

/** @throws Error when a model's key or the default model is missing */
export function createModels({ definitions, keys, defaultName, silenceMs }: RegistryOptions) {
  const named = Object.entries(definitions).map(([name, definition]): [string, Model] => {
    const model = providerModel(name, definition, keyOf(name, definition, keys));
    return [name, createSdkModel({ name, model, takesPictures: definition.pictures ?? false, silenceMs })];
  });
  const direct = createDirectModel();
  const models = new Map<string, Model>([...named, [direct.name, direct]]);
  if (defaultName !== undefined && !models.has(defaultName)) throw new Error('MODEL_DEFAULT names no model of MODELS');
  const onlyOne = named.length === 1 ? named[0]?.[0] : undefined;
  return {
    find: (name: string): Model | undefined => models.get(name),
    /** For requests that name none; undefined when none is configured. */
    defaultName: defaultName ?? onlyOne,
    names: (): string[] => [...models.keys()],
    /** Who makes the model of that name; undefined where there is none. */
    makerOf: (name: string): ModelMaker | undefined =>
      models.has(name) ? (definitions[name]?.provider ?? 'built-in') : undefined,
  };
}

function keyOf(
  name: string,
  { api_key_env: variable }: ModelDefinition,
  keys: RegistryOptions['keys'],
): string | undefined {
  if (variable === undefined) return undefined;
  const key = keys[variable];
  if (key === undefined || key === '')
    throw new Error(`The model "${name}" needs the environment variable ${variable}`);
  return key;
}

function providerModel(
  name: string,
  definition: ModelDefinition,
  apiKey: string | undefined,
): SdkModelOptions['model'] {
  const { provider, model } = definition;
  const key = { fetch: providerFetch, ...(apiKey !== undefined && { apiKey }) };
  const base = definition.base_url === undefined ? {} : { baseURL: definition.base_url };
  switch (provider) {
    case 'openai-compatible':
      return createOpenAICompatible({ name, baseURL: definition.base_url, includeUsage: true, ...key })(model);
    case 'anthropic':
      return createAnthropic({ ...base, ...key })(model);
    case 'google':
      return createGoogle({ ...base, ...key })(model);
  }
}
