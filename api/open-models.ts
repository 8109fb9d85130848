/** The models that the settings name: made once, nothing is connected yet. */
import type { Config } from './config.ts';
import { createModels } from './models/registry.ts';

/** @throws Error when a model's key or the default model is missing */
export function openModels(config: Pick<Config, 'models' | 'modelKeys' | 'MODEL_DEFAULT' | 'MODEL_SILENCE_S'>) {
  return createModels({
    definitions: config.models,
    keys: config.modelKeys,
    defaultName: config.MODEL_DEFAULT,
    silenceMs: config.MODEL_SILENCE_S * 1000,
  });
}

export type Models = ReturnType<typeof openModels>;
