/** Responses through the providers that are not compatible with OpenAI, each in the shapes of its own streams. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { allEvents, type SseEvent } from '../../helpers/api-client.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import {
  anthropicCalls,
  anthropicFault,
  anthropicSays,
  geminiCalls,
  geminiSays,
  refuses,
  startProviderServer,
  type ProviderServer,
} from '../../helpers/provider-server.ts';
import { callsOf, createResponseClient, textOf, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, CODE, prints, QUESTION } from '../../helpers/response-stage.ts';

let stage: Stage;
let provider: ProviderServer;
let responses: ResponseClient;

beforeAll(async () => {
  stage = await openStage();
  provider = await startProviderServer();
  const api = await stage.api({
    MODELS: JSON.stringify({
      claude: {
        ...{ provider: 'anthropic', base_url: `${provider.url}/v1`, api_key_env: 'CLAUDE_KEY' },
        ...{ model: 'claude-sonnet-4-5', pictures: true },
      },
      gemini: {
        ...{ provider: 'google', base_url: `${provider.url}/v1beta`, api_key_env: 'GEMINI_KEY' },
        model: 'gemini-3-pro-preview',
      },
    }),
    ...{ CLAUDE_KEY: 'sk-claude', GEMINI_KEY: 'key-gemini' },
  });
  await stage.worker(api, { script: prints });
  responses = createResponseClient(await stage.client(api));
}, 30_000);

afterAll(async () => {
  await stage.close();
  await provider.stop();
});

beforeEach(() => {
  provider.use();
});

const deltasOf = (events: readonly SseEvent[], name: string) =>
  events.flatMap(({ event, data }) => (event === name ? [String(Object(data).delta)] : []));

/** What stands at the end of that path. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => z.looseObject({}).parse(inner)[name], value);

describe('responses: Anthropic', () => {
  it('runs a block, and answers from what it showed', async () => {
    provider.use(anthropicCalls('Let me see.', CODE), anthropicSays('It is ', '$38,696.84.'));
    const made = await responses.make(ask({ model: 'claude' }));
    expect(made).toMatchObject({ status: 'completed', usage: { input_tokens: 20, output_tokens: 10 } });
    expect(made.output.map(({ type }) => type)).toEqual(['message', 'code_interpreter_call', 'message']);
    expect(callsOf(made)).toMatchObject([{ code: CODE, outputs: [{ type: 'text', text: '$38,696.84' }] }]);
    expect(textOf(made)).toBe('Let me see.It is $38,696.84.');
  });

  it('is asked in the shapes of its API', async () => {
    provider.use(anthropicCalls('Let me see.', CODE), anthropicSays('Done.'));
    await responses.make(ask({ model: 'claude', instructions: 'Be brief.' }));
    const [first, second] = provider.requests;
    expect(first).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': 'sk-claude' },
      body: {
        ...{ model: 'claude-sonnet-4-5', stream: true, max_tokens: expect.any(Number) },
        system: [{ type: 'text', text: expect.stringContaining('Be brief.') }],
        messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }] }],
        tools: [{ name: 'code_interpreter', input_schema: { type: 'object', required: ['code'] } }],
        tool_choice: { type: 'auto' },
      },
    });
    expect(second?.body['messages']).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'toolu_1', name: 'code_interpreter', input: { code: CODE } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
    ]);
    expect(JSON.stringify(second?.body['messages'])).toContain('$38,696.84');
  });

  it('tells code and text piece by piece', async () => {
    provider.use(anthropicCalls('Let me see.', CODE), anthropicSays('It is ', 'so.'));
    const events = await allEvents(await responses.stream(ask({ model: 'claude' })));
    expect(deltasOf(events, 'response.code_interpreter_call_code.delta').join('')).toBe(CODE);
    expect(deltasOf(events, 'response.output_text.delta').join('')).toBe('Let me see.It is so.');
    expect(events.at(-1)?.event).toBe('response.completed');
  });

  it('is made to run code, and asked again while it is overloaded', async () => {
    provider.use(
      refuses(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      anthropicFault('overloaded_error'),
      anthropicCalls('', CODE),
      anthropicSays('Done.'),
    );
    const tools = [{ type: 'code_interpreter', mode: 'on' }];
    expect(await responses.make(ask({ model: 'claude', tools }))).toMatchObject({ status: 'completed' });
    expect(provider.requests.map(({ body }) => at(body, 'tool_choice', 'type'))).toEqual([
      ...['any', 'any', 'any', 'auto'],
    ]);
  });

  it('fails with a clear code, and none of the provider’s words, where it refuses', async () => {
    provider.use(
      refuses(401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }),
    );
    const made = await responses.make(ask({ model: 'claude' }));
    expect(made).toMatchObject({ status: 'failed', error: { code: 'MODEL_REFUSED' } });
    expect(JSON.stringify(made)).not.toContain('x-api-key');
  });
});

describe('responses: Google', () => {
  it('runs a block, and answers from what it showed', async () => {
    provider.use(geminiCalls('Let me see.', CODE, 'c2lnbmVk'), geminiSays('It is ', '$38,696.84.'));
    const made = await responses.make(ask({ model: 'gemini' }));
    expect(made).toMatchObject({ status: 'completed', usage: { input_tokens: 20, output_tokens: 10 } });
    expect(callsOf(made)).toMatchObject([{ code: CODE, outputs: [{ type: 'text', text: '$38,696.84' }] }]);
    expect(textOf(made)).toBe('Let me see.It is $38,696.84.');
  });

  it('is asked in the shapes of its API, and gets its signature back', async () => {
    provider.use(geminiCalls('Let me see.', CODE, 'c2lnbmVk'), geminiSays('Done.'));
    await responses.make(ask({ model: 'gemini', instructions: 'Be brief.' }));
    const [first, second] = provider.requests;
    expect(first).toMatchObject({
      path: '/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
      headers: { 'x-goog-api-key': 'key-gemini' },
      body: {
        systemInstruction: { parts: [{ text: expect.stringContaining('Be brief.') }] },
        contents: [{ role: 'user', parts: [{ text: QUESTION }] }],
        tools: [{ functionDeclarations: [{ name: 'code_interpreter' }] }],
        toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      },
    });
    expect(second?.body['contents']).toMatchObject([
      { role: 'user' },
      {
        role: 'model',
        parts: [
          { text: 'Let me see.' },
          { functionCall: { name: 'code_interpreter', args: { code: CODE } }, thoughtSignature: 'c2lnbmVk' },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'code_interpreter' } }] },
    ]);
    expect(JSON.stringify(second?.body['contents'])).toContain('$38,696.84');
  });

  it('gets its signature back in a conversation that goes on', async () => {
    provider.use(geminiCalls('', CODE, 'c2lnbmVk'), geminiSays('Done.'));
    const { id } = await responses.make(ask({ model: 'gemini' }));
    provider.use(geminiSays('As I said.'));
    await responses.make(ask({ model: 'gemini', previous_response_id: id }));
    expect(JSON.stringify(provider.requests[0]?.body['contents'])).toContain('"thoughtSignature":"c2lnbmVk"');
  });

  it('tells code and text piece by piece', async () => {
    provider.use(geminiCalls('Let me see.', CODE, 'c2lnbmVk'), geminiSays('It is ', 'so.'));
    const events = await allEvents(await responses.stream(ask({ model: 'gemini' })));
    expect(deltasOf(events, 'response.code_interpreter_call_code.delta').join('')).toBe(CODE);
    expect(deltasOf(events, 'response.output_text.delta').join('')).toBe('Let me see.It is so.');
  });

  it('is made to run code, and asked again where it fails', async () => {
    provider.use(
      refuses(503, { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
      geminiCalls('', CODE, 'c2lnbmVk'),
      geminiSays('Done.'),
    );
    const tools = [{ type: 'code_interpreter', mode: 'on' }];
    expect(await responses.make(ask({ model: 'gemini', tools }))).toMatchObject({ status: 'completed' });
    const modes = provider.requests.map(({ body }) => at(body, 'toolConfig', 'functionCallingConfig', 'mode'));
    expect(modes).toEqual(['ANY', 'ANY', 'AUTO']);
  });

  it('fails with a clear code, and none of the provider’s words, where it refuses', async () => {
    provider.use(refuses(400, { error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }));
    const made = await responses.make(ask({ model: 'gemini' }));
    expect(made).toMatchObject({ status: 'failed', error: { code: 'MODEL_REFUSED' } });
    expect(JSON.stringify(made)).not.toContain('not valid');
  });
});
