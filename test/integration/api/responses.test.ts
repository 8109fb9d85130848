import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { errorOf, executionOf } from '../../helpers/api-client.ts';
import { callsCode, says } from '../../helpers/model-server.ts';
import { callsOf, createResponseClient, textOf } from '../../helpers/response-client.ts';
import { ask, CODE, openResponseStage, prints, type ResponseStage } from '../../helpers/response-stage.ts';

let opened: ResponseStage;
let stage: ResponseStage['stage'];
let api: ResponseStage['api'];
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let client: ResponseStage['client'];
let responses: ResponseStage['responses'];

beforeAll(async () => {
  opened = await openResponseStage();
  ({ stage, api, provider, worker, client, responses } = opened);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

describe('responses: create', () => {
  it('answers in the documented shape', async () => {
    const content = `Run this:\n\`\`\`python\n${CODE}\n\`\`\``;
    const made = await responses.make(ask({ model: 'direct', inputs: [{ role: 'user', content }] }));
    expect(made.id).toMatch(/^resp_/);
    expect(made).toMatchObject({ object: 'response', status: 'completed', model: 'direct', error: null, warnings: [] });
    expect(made.output).toEqual([
      {
        type: 'code_interpreter_call',
        id: expect.stringMatching(/^ci_[0-9a-z]{20}$/),
        status: 'completed',
        code: `${CODE}\n`,
        outputs: [{ type: 'text', text: '$38,696.84' }],
        execution_id: expect.stringMatching(/^exec_/),
      },
      {
        type: 'message',
        id: expect.stringMatching(/^msg_[0-9a-z]{20}$/),
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: '$38,696.84' }],
      },
    ]);
  });

  it('lets a model write code, read its output and answer', async () => {
    provider.use(callsCode(CODE), says('It grows to ', '$38,696.84.'));
    const made = await responses.make(ask());
    expect(made).toMatchObject({ status: 'completed', model: 'clever' });
    expect(made.usage).toEqual({ input_tokens: 20, output_tokens: 10, total_tokens: 30 });
    expect(callsOf(made)).toMatchObject([{ code: CODE, outputs: [{ type: 'text', text: '$38,696.84' }] }]);
    expect(textOf(made)).toBe('It grows to $38,696.84.');
    expect(worker.taken.at(-1)?.job.code).toBe(CODE);
    const [first, second] = provider.requests;
    expect(first).toMatchObject({ model: 'clever-1', authorization: 'Bearer sk-secret', tool_choice: 'auto' });
    expect(first?.messages.at(0)).toMatchObject({ role: 'system', content: expect.stringContaining('do not persist') });
    expect(second?.messages.at(-1)).toMatchObject({ role: 'tool', content: expect.stringContaining('$38,696.84') });
  });

  it('is stored as it was answered', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const made = await responses.make(ask({ metadata: { a: 'b' } }));
    const read = await responses.read(made.id);
    expect({ ...read, completed_at: made.completed_at }).toEqual(made);
  });

  it('links its executions', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const made = await responses.make(ask());
    const id = callsOf(made)[0]?.execution_id ?? '';
    const execution = await executionOf(await client.request('GET', `/v1/executions/${id}`));
    expect(execution).toMatchObject({ response_id: made.id, code: CODE });
  });

  it('runs calls of one step beside each other, and shows them in order', async () => {
    provider.use(callsCode('one', 'two'), says('Both.'));
    let running = 0;
    const both = Promise.withResolvers<undefined>();
    worker.use(async ({ run }) => {
      running += 1;
      if (running === 2) both.resolve(undefined);
      await both.promise;
      return { outputs: [{ type: 'text', stream: 'stdout', text: run.job.code }] };
    });
    const made = await responses.make(ask());
    expect(callsOf(made).map(({ outputs }) => outputs)).toEqual([
      [{ type: 'text', text: 'one' }],
      [{ type: 'text', text: 'two' }],
    ]);
  });

  it('hands code that fails to the model', async () => {
    worker.use(() =>
      Promise.resolve({
        exit: { reason: 'exception', code: 1, signal: null },
        outputs: [{ type: 'error', name: 'NameError', value: 'x', traceback: 'Traceback: NameError: x' }],
      }),
    );
    provider.use(callsCode('x'), says('It failed.'));
    const made = await responses.make(ask());
    expect(callsOf(made)).toMatchObject([{ status: 'completed', outputs: [{ text: 'Traceback: NameError: x' }] }]);
    expect(provider.requests[1]?.messages.at(-1)?.content).toContain('NameError');
  });

  it('lets a model read head and tail of what is too long', async () => {
    const text = `begin${'x'.repeat(500_000)}end`;
    worker.use(() => Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text }] }));
    provider.use(callsCode('x'), says('Long.'));
    const made = await responses.make(ask());
    expect(callsOf(made)[0]?.outputs).toEqual([{ type: 'text', text }]);
    const read = String(provider.requests[1]?.messages.at(-1)?.content);
    expect(read.length).toBeLessThan(50_000);
    expect(read).toMatch(/begin[^]*characters left out[^]*end/);
  });

  it('leaves outputs out where they are not asked for', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const made = await responses.make(ask({ tools: [{ type: 'code_interpreter', outputs: false }] }));
    expect(callsOf(made)).toMatchObject([{ outputs: null }]);
  });
});

describe('responses: modes', () => {
  it('forces code in mode on, until code has run', async () => {
    provider.use(callsCode(CODE), says('Done.'));
    const made = await responses.make(ask({ tools: [{ type: 'code_interpreter', mode: 'on' }] }));
    expect(made.status).toBe('completed');
    expect(provider.requests.map((request) => request.tool_choice)).toEqual(['required', 'auto']);
  });

  it('asks a model that answers without code in mode on once more, then tells', async () => {
    provider.use(says('42'), says('42'));
    const made = await responses.make(ask({ tools: [{ type: 'code_interpreter', mode: 'on' }] }));
    expect(made).toMatchObject({ status: 'incomplete', error: { code: 'CODE_NOT_RUN' }, output: [] });
  });

  it('offers no tool in mode off', async () => {
    provider.use(says('About four times.'));
    const made = await responses.make(ask({ tools: [{ type: 'code_interpreter', mode: 'off' }] }));
    expect(textOf(made)).toBe('About four times.');
    expect(provider.requests[0]?.tools).toBeUndefined();
  });

  it.each([
    ['unknown mode', { tools: [{ type: 'code_interpreter', mode: 'maybe' }] }, 'tools.0.mode'],
    ['unknown model', { model: 'none' }, 'model'],
    ['no messages', { inputs: [] }, 'inputs'],
    ['no user', { inputs: [{ role: 'assistant', content: 'Hi' }] }, 'inputs'],
    ['too many steps', { max_steps: 1000 }, 'max_steps'],
    ['both ways to go on', { thread_id: '1', previous_response_id: 'x' }, 'thread_id'],
    ['an unknown stream format', { stream: true }, 'X-Stream-Format'],
  ])('refuses %s', async (_, changes, param) => {
    const headers = 'stream' in changes ? { 'x-stream-format': 'xml' } : {};
    expect(await errorOf(await responses.post(ask(changes), headers))).toMatchObject({
      ...{ code: 'VALIDATION_ERROR', param },
    });
  });

  it('refuses code where it is switched off for the organization, and answers without', async () => {
    const other = await stage.client(api);
    await stage.query('update organizations set interpreter = false where id = $1', [other.organization.id]);
    const their = createResponseClient(other);
    expect(await errorOf(await their.post(ask()))).toMatchObject({ code: 'TOOL_NOT_AVAILABLE', status: 403 });
    provider.use(says('Without.'));
    expect(textOf(await their.make(ask({ tools: [] })))).toBe('Without.');
  });

  it('tells what it does not know', async () => {
    provider.use(says('Hi.'));
    const content = [
      { type: 'text', text: 'Hi' },
      { type: 'hologram', url: 'https://example.com' },
    ];
    const made = await responses.make(
      ask({ colour: 'red', tools: [{ type: 'web_search' }], inputs: [{ role: 'user', content, mood: 'good' }] }),
    );
    expect(made.status).toBe('completed');
    expect(made.warnings).toEqual([
      expect.stringContaining('colour'),
      expect.stringContaining('web_search'),
      expect.stringContaining('inputs.0.mood'),
      expect.stringContaining('hologram'),
    ]);
  });

  it('names the setting where no model is configured', async () => {
    const bare = await stage.api();
    const their = createResponseClient(await stage.client(bare));
    const error = await errorOf(await their.post(ask()));
    expect(error).toMatchObject({ code: 'MODEL_NOT_CONFIGURED', status: 503 });
    expect(error.message).toContain('MODELS');
  });
});
