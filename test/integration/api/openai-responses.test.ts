import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, hangs, says } from '../../helpers/model-server.ts';
import { createOpenAi } from '../../helpers/openai-client.ts';
import { CODE, openResponseStage, prints, QUESTION, type ResponseStage } from '../../helpers/response-stage.ts';
import { uploaded } from '../../helpers/uploads.ts';

const TOOLS: OpenAI.Responses.Tool[] = [{ type: 'code_interpreter', container: { type: 'auto' } }];
const ASKED = { model: 'clever', tools: TOOLS, input: QUESTION };
const OUTPUTS = 'code_interpreter_call.outputs';
const FENCED = `Run this:\n\`\`\`python\n${CODE}\n\`\`\``;

let opened: ResponseStage;
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let openai: OpenAI;

beforeAll(async () => {
  opened = await openResponseStage();
  ({ provider, worker } = opened);
  openai = createOpenAi(opened.api, opened.client);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

function callsOf({ output }: OpenAI.Responses.Response) {
  return output.flatMap((item) => (item.type === 'code_interpreter_call' ? [item] : []));
}

function messagesOf({ output }: OpenAI.Responses.Response) {
  return output.flatMap((item) => (item.type === 'message' ? [item] : []));
}

describe('openai responses: create', () => {
  it('answers the documented example', async () => {
    const response = await openai.responses.create({
      model: 'direct',
      tools: TOOLS,
      input: FENCED,
      include: [OUTPUTS],
    });
    expect(response).toMatchObject({
      ...{ object: 'response', status: 'completed', model: 'direct', error: null, incomplete_details: null },
      output_text: '$38,696.84',
    });
    expect(response.output).toEqual([
      {
        type: 'code_interpreter_call',
        id: expect.stringMatching(/^ci_/),
        status: 'completed',
        code: `${CODE}\n`,
        container_id: response.id.replace('resp_', 'cntr_'),
        outputs: [{ type: 'logs', logs: '$38,696.84' }],
      },
      {
        type: 'message',
        id: expect.stringMatching(/^msg_/),
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: '$38,696.84', annotations: [], logprobs: [] }],
      },
    ]);
    expect(Math.abs(response.created_at - Date.now() / 1000)).toBeLessThan(60);
    expect(response).not.toHaveProperty('warnings');
  });

  it('lets a model write code, read its output and answer', async () => {
    provider.use(callsCode(CODE), says('It grows to ', '$38,696.84.'));
    const response = await openai.responses.create({ ...ASKED, instructions: 'Be brief.', metadata: { a: 'b' } });
    expect(response).toMatchObject({
      ...{ output_text: 'It grows to $38,696.84.', instructions: 'Be brief.', metadata: { a: 'b' } },
      usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
    });
    expect(callsOf(response)).toMatchObject([{ code: CODE, outputs: null }]);
  });

  it('gives pictures as data URLs', async () => {
    const png = 'iVBORw0KGgo=';
    worker.use(() =>
      Promise.resolve({ outputs: [{ type: 'display', data: { 'image/png': png, 'text/plain': 'x' } }] }),
    );
    provider.use(callsCode('plot()'), says('Drawn.'));
    const response = await openai.responses.create({ ...ASKED, include: [OUTPUTS] });
    expect(callsOf(response)).toMatchObject([{ outputs: [{ type: 'image', url: `data:image/png;base64,${png}` }] }]);
  });

  it('tells what it did not understand', async () => {
    provider.use(says('Hi.'));
    const response = await openai.responses.create({ ...ASKED, reasoning: { effort: 'high' } });
    expect(response).toMatchObject({
      status: 'completed',
      warnings: ['reasoning: is not known here, and was not used.'],
    });
  });

  it('goes on after an earlier response, and after items of one', async () => {
    provider.use(callsCode(CODE), says('Much.'));
    const first = await openai.responses.create({ ...ASKED, include: [OUTPUTS] });
    provider.use(says('As I said.'));
    const second = await openai.responses.create({ ...ASKED, input: 'Again?', previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    const remembered = provider.requests[0]?.messages;
    provider.use(says('As I said.'));
    const input = [
      { role: 'user' as const, content: QUESTION },
      ...[...callsOf(first), ...messagesOf(first)],
      { role: 'user' as const, content: 'Again?' },
    ];
    await openai.responses.create({ ...ASKED, input });
    const given = provider.requests[0]?.messages;
    expect(given?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant', 'user']);
    expect(given?.map(({ role }) => role)).toEqual(remembered?.map(({ role }) => role));
    expect(String(given?.[3]?.content)).toContain('$38,696.84');
  });

  it('uses files of the container', async () => {
    const file = await uploaded(opened.api.url, opened.client, 'a,b\n1,2\n');
    provider.use(callsCode('x'), says('Read.'));
    const tools = [{ type: 'code_interpreter' as const, container: { type: 'auto' as const, file_ids: [file.id] } }];
    const response = await openai.responses.create({ ...ASKED, tools });
    expect(response).not.toHaveProperty('warnings');
    expect(worker.taken.at(-1)?.job.files).toMatchObject([{ name: 'data.csv' }]);
  });

  it('uses files of messages where the container is made for them', async () => {
    const { id } = await openai.files.create({ file: new File(['a,b\n1,2\n'], 'data.csv'), purpose: 'user_data' });
    provider.use(callsCode('x'), says('Read.'));
    const content = [
      { type: 'input_file' as const, file_id: id },
      { type: 'input_text' as const, text: 'Sum b.' },
    ];
    const response = await openai.responses.create({ ...ASKED, input: [{ role: 'user', content }] });
    expect(response).not.toHaveProperty('warnings');
    expect(worker.taken.at(-1)?.job.files).toMatchObject([{ name: 'data.csv' }]);
  });

  it('tells of files of messages that no container gets', async () => {
    const { id } = await openai.files.create({ file: new File(['a,b\n1,2\n'], 'data.csv'), purpose: 'user_data' });
    provider.use(says('No file.'));
    const input = [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }];
    const body = { ...ASKED, input, tools: [{ type: 'code_interpreter' }] };
    expect(await openai.post('/responses', { body })).toMatchObject({
      warnings: [expect.stringContaining('file_retrieval')],
    });
  });
});

describe('openai responses: tool choice', () => {
  const choices: [OpenAI.Responses.ResponseCreateParams['tool_choice'] & {}, string[]][] = [
    ['auto', ['auto', 'auto']],
    ['required', ['required', 'auto']],
    [{ type: 'code_interpreter' }, ['required', 'auto']],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'code_interpreter' }] }, ['auto', 'auto']],
    [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'code_interpreter' }] }, ['required', 'auto']],
  ];
  it.each(choices)('offers code under %j', async (tool_choice, given) => {
    provider.use(callsCode(CODE), says('Done.'));
    const response = await openai.responses.create({ ...ASKED, tool_choice });
    expect(response.status).toBe('completed');
    expect(provider.requests.map((request) => request.tool_choice)).toEqual(given);
  });

  it('offers no tool under none', async () => {
    provider.use(says('No code.'));
    const response = await openai.responses.create({ ...ASKED, tool_choice: 'none' });
    expect(response.output_text).toBe('No code.');
    expect(provider.requests[0]?.tools).toBeUndefined();
  });

  it('offers no tool where others alone are allowed', async () => {
    provider.use(says('No code.'));
    const tool_choice = { type: 'allowed_tools' as const, mode: 'auto' as const, tools: [{ type: 'web_search' }] };
    const response = await openai.responses.create({ ...ASKED, tool_choice });
    expect(response.output_text).toBe('No code.');
    expect(provider.requests[0]?.tools).toBeUndefined();
  });

  it('tells that a required call was not made', async () => {
    provider.use(says('42'), says('42'));
    const response = await openai.responses.create({ ...ASKED, tool_choice: 'required' });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { code: 'CODE_NOT_RUN' } });
  });
});

describe('openai responses: ends', () => {
  it('tells that the model wrote as much as it may', async () => {
    provider.use((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const choice = { index: 0, delta: { content: 'Half' }, finish_reason: 'length' };
      res.end(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [choice] })}\n\ndata: [DONE]\n\n`,
      );
    });
    const response = await openai.responses.create({ ...ASKED, max_output_tokens: 16 });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    expect(response).toMatchObject({ error: null, max_output_tokens: 16 });
  });

  it('tells why it failed', async () => {
    const response = await openai.responses.create(ASKED); // the provider answers with status 418
    expect(response).toMatchObject({ status: 'failed', error: { code: 'server_error', type: 'MODEL_REFUSED' } });
  });
});

describe('openai responses: retrieve, cancel, delete', () => {
  it('reads it as it was answered, with outputs where they are asked for', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const made = await openai.responses.create({ ...ASKED, include: [OUTPUTS] });
    const read = await openai.responses.retrieve(made.id, { include: [OUTPUTS] });
    expect({ ...read, completed_at: made.completed_at }).toEqual(made);
    expect(callsOf(await openai.responses.retrieve(made.id))).toMatchObject([{ outputs: null }]);
  });

  it('cancels it', async () => {
    provider.use(hangs);
    const stream = await openai.responses.create({ ...ASKED, stream: true });
    let last = '';
    let id = '';
    for await (const event of stream) {
      last = event.type;
      if (event.type === 'response.created') id = event.response.id;
      if (event.type !== 'response.in_progress') continue;
      await eventually(() => provider.requests.length === 1);
      expect(await openai.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    }
    expect(last).toBe('response.failed');
    expect(await openai.responses.retrieve(id)).toMatchObject({ status: 'cancelled', error: null });
    expect(await openai.responses.cancel(id)).toMatchObject({ status: 'cancelled' });
  });

  it('deletes it', async () => {
    provider.use(says('Hi.'));
    const { id } = await openai.responses.create(ASKED);
    expect(await openai.responses.delete(id)).toEqual({ id, object: 'response', deleted: true });
    await expect(openai.responses.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('openai responses: input items', () => {
  it('lists what was asked, page by page', async () => {
    provider.use(says('Hi.'));
    const input = ['a', 'b', 'c'].map((content) => ({ role: 'user' as const, content }));
    const { id } = await openai.responses.create({ ...ASKED, input });
    const texts: unknown[] = [];
    for await (const item of openai.responses.inputItems.list(id, { limit: 2, order: 'asc' }))
      texts.push(item.type === 'message' ? item.content[0] : item);
    expect(texts).toMatchObject(['a', 'b', 'c'].map((text) => ({ type: 'input_text', text })));
    const newest = await openai.responses.inputItems.list(id, { limit: 1 });
    expect(newest.data).toMatchObject([{ content: [{ text: 'c' }] }]);
    expect(newest.has_more).toBe(true);
  });

  it('tells nothing to other organizations', async () => {
    provider.use(says('Hi.'));
    const { id } = await openai.responses.create(ASKED);
    const other = createOpenAi(opened.api, await opened.stage.client(opened.api));
    await expect(other.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.retrieve(id, { stream: true })).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.cancel(id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.delete(id)).rejects.toMatchObject({ status: 404 });
  });
});
