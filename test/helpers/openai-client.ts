/** The published `openai` package, unmodified, as a client of an api under test. */
import OpenAI, { type ClientOptions } from 'openai';
import type { Client } from './api-stage.ts';
import type { TestApi } from './api-server.ts';

export function createOpenAi(
  { url }: Pick<TestApi, 'url'>,
  { organization }: Pick<Client, 'organization'>,
  options: ClientOptions = {},
): OpenAI {
  return new OpenAI({ apiKey: organization.key, baseURL: `${url}/v1`, maxRetries: 0, ...options });
}
