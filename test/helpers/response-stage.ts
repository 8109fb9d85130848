/** One stage for tests of responses: an api with a scripted provider of models, and a stand-in worker. */
import { openStage } from './api-stage.ts';
import { startModelServer } from './model-server.ts';
import { createResponseClient } from './response-client.ts';
import type { Script } from './stand-in-worker.ts';

export const QUESTION = 'What is the compound interest on $10,000 at 7% for 20 years?';
export const CODE = "principal = 10000\nprint(f'${principal * 1.07 ** 20:,.2f}')";

/** The documented request, with changes. */
export const ask = (changes: object = {}) => ({
  ...{ tools: [{ type: 'code_interpreter' }], inputs: [{ role: 'user', content: QUESTION }] },
  ...changes,
});

/** Prints the amount, as the code would. */
export const prints: Script = () =>
  Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text: '$38,696.84\n' }] });

/** Settings of an api with the model `clever` of that provider. */
export const modelSettings = (url: string) => ({
  MODELS: JSON.stringify({
    clever: { provider: 'openai-compatible', base_url: url, api_key_env: 'CLEVER_KEY', model: 'clever-1' },
  }),
  CLEVER_KEY: 'sk-secret',
  MODEL_SILENCE_S: '2',
});

/** @param settings of the api, besides those of its model */
export async function openResponseStage(settings: Readonly<Record<string, string>> = {}) {
  const [stage, provider] = await Promise.all([openStage(), startModelServer()]);
  const api = await stage.api({ ...modelSettings(provider.url), ...settings });
  const worker = await stage.worker(api, { script: prints });
  const client = await stage.client(api);
  return {
    ...{ stage, provider, api, worker, client },
    responses: createResponseClient(client),
    async close(): Promise<void> {
      await stage.close();
      await provider.stop();
    },
  };
}

export type ResponseStage = Awaited<ReturnType<typeof openResponseStage>>;
