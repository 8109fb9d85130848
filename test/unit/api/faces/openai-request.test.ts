import { describe, expect, it } from '@jest/globals';
import { pageOf, toInputItems } from '../../../../api/faces/openai-input-items.ts';
import { fromOpenAiRequest } from '../../../../api/faces/openai-request.ts';
import { CreateOpenAiResponse } from '../../../../shared/contracts/openai-response.ts';
import { ResponseId } from '../../../../shared/contracts/ids.ts';
import { WARNINGS_MAX } from '../../../../shared/contracts/limits.ts';

const read = (body: object) => fromOpenAiRequest(CreateOpenAiResponse.parse({ input: 'Hi', ...body }));
const TOOLS = [{ type: 'code_interpreter', container: { type: 'auto' } }];
const ID = ResponseId.parse(`resp_${'a'.repeat(20)}`);

describe('openai request: tools', () => {
  it.each([
    [undefined, 'auto'],
    ['auto', 'auto'],
    ['none', 'off'],
    ['required', 'on'],
    [{ type: 'code_interpreter' }, 'on'],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }, { type: 'code_interpreter' }] }, 'auto'],
    [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'code_interpreter' }] }, 'on'],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] }, 'off'],
    [{ type: 'allowed_tools', mode: 'auto', tools: [] }, 'off'],
  ])('takes the tool choice %j', (tool_choice, mode) => {
    expect(read({ tools: TOOLS, tool_choice })).toMatchObject({ said: { mode }, warnings: [] });
  });

  it.each([
    [{ type: 'function', name: 'f' }, TOOLS, /^tool_choice: "function" is not known/],
    ['required', [], /^tool_choice: no tool is offered/],
    ['constructor', TOOLS, /^tool_choice: "constructor" is not known/],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'code_interpreter' }] },
      [],
      /^tool_choice: no tool is offered/,
    ],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] },
      TOOLS,
      /^tool_choice: none of the tools allowed/,
    ],
  ])('warns of the tool choice %j that means nothing here', (tool_choice, tools, warning) => {
    expect(read({ tools, tool_choice }).warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('runs no code where another tool is required', () => {
    const tool_choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] };
    expect(read({ tools: TOOLS, tool_choice }).said).toMatchObject({ mode: 'off' });
  });

  it.each([
    [{ type: 'allowed_tools', tools: [] }, 'tool_choice.mode'],
    [{ type: 'allowed_tools', mode: 'some', tools: [] }, 'tool_choice.mode'],
    [{ type: 'allowed_tools', mode: 'auto' }, 'tool_choice.tools'],
    [{ type: 'allowed_tools', mode: 'auto', tools: ['code_interpreter'] }, 'tool_choice.tools.0'],
  ])('refuses the tool choice %j', (tool_choice, param) => {
    expect(() => read({ tools: TOOLS, tool_choice })).toThrow(expect.objectContaining({ param }));
  });

  it('says nothing of running code where the tool is not offered', () => {
    expect(read({ tool_choice: 'auto' })).toMatchObject({ said: undefined, warnings: [] });
  });

  it('takes files of the container, which switch their use on', () => {
    const tools = [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['file_1'] } }];
    expect(read({ tools })).toMatchObject({
      ...{ fileIds: [{ fileId: 'file_1', param: 'tools.0.container.file_ids.0' }], fileRetrieval: true, warnings: [] },
    });
    expect(read({ tools: TOOLS }).fileRetrieval).toBeUndefined();
  });

  it('gives files of messages to a container that is made for them', () => {
    const input = [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }];
    const plain = [{ type: 'code_interpreter' }];
    expect(read({ input, tools: TOOLS }).fileRetrieval).toBe(true);
    expect(read({ input, tools: plain }).fileRetrieval).toBeUndefined();
    expect(read({ input, tools: [...TOOLS, { type: 'file_retrieval', mode: 'off' }] }).fileRetrieval).toBe(false);
  });

  it('gives a picture of a message to the model alone', () => {
    const input = [{ role: 'user', content: [{ type: 'input_image', file_id: 'file_1' }] }];
    expect(read({ input, tools: TOOLS }).fileRetrieval).toBeUndefined();
  });

  it.each([
    ['cntr_abc', /^tools\.0\.container: only/],
    [{ type: 'auto', memory_limit: '4g' }, /^tools\.0\.container\.memory_limit: /],
    [{ type: 'auto', network_policy: { type: 'allowlist', allowed_domains: ['a.b'] } }, /^tools\.0\.container: only/],
  ])('warns of the container %j', (container, warning) => {
    const asked = read({ tools: [{ type: 'code_interpreter', container }] });
    expect(asked).toMatchObject({ said: { mode: 'auto' }, warnings: [expect.stringMatching(warning)] });
  });

  it('warns of other tools', () => {
    const { warnings } = read({ tools: [...TOOLS, { type: 'web_search' }] });
    expect(warnings).toEqual([expect.stringMatching(/^tools\.1: there is no tool "web_search"/)]);
  });
});

describe('openai request: fields', () => {
  it('takes what is so anyway without a word', () => {
    const plain = {
      text: { format: { type: 'text' } },
      store: true,
      parallel_tool_calls: true,
      truncation: 'disabled',
    };
    const unset = { reasoning: null, user: null, top_p: 1, stream_options: { include_obfuscation: false } };
    expect(read({ ...plain, ...unset, service_tier: 'auto' }).warnings).toEqual([]);
  });

  it.each([
    ['text', { format: { type: 'json_schema', name: 'a', schema: {} } }],
    ['text', { format: { type: 'text' }, verbosity: 'low' }],
    ['store', false],
    ['parallel_tool_calls', false],
    ['truncation', 'auto'],
    ['top_p', 0.5],
    ['reasoning', { effort: 'high' }],
    ['conversation', 'conv_1'],
    ['max_tool_calls', 3],
    ['hasOwnProperty', 1],
  ])('warns of %s: %j', (name, value) => {
    expect(read({ [name]: value }).warnings).toEqual([`${name}: is not known here, and was not used.`]);
  });

  it('warns of what cannot be included', () => {
    const include = ['code_interpreter_call.outputs', 'reasoning.encrypted_content'];
    expect(read({ include }).warnings).toEqual([expect.stringMatching(/^include\.1: /)]);
  });

  it('tells a bounded number of warnings', () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`field_${String(at)}`, at]));
    expect(read(body).warnings.length).toBeLessThanOrEqual(WARNINGS_MAX + 1);
  });

  it('takes the limits and the rest', () => {
    const body = {
      ...{ model: 'clever', instructions: 'Be brief.', temperature: 0.5, max_output_tokens: 100, metadata: { a: 'b' } },
      ...{ previous_response_id: ID, background: true },
    };
    expect(read(body)).toMatchObject({
      ...{ model: 'clever', instructions: 'Be brief.', temperature: 0.5, outputTokensMax: 100, metadata: { a: 'b' } },
      ...{ previousResponseId: ID, background: true, live: false, warnings: [] },
    });
  });
});

describe('openai request: input', () => {
  it('takes text', () => {
    expect(read({ input: 'Hello' }).input).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }]);
  });

  it('takes messages and what came of an earlier response as conversation', () => {
    const input = [
      { role: 'developer', content: 'Be kind.' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'One?' }] },
      {
        ...{ type: 'code_interpreter_call', id: 'ci_1', code: 'print(1)', container_id: 'cntr_1', status: 'completed' },
        outputs: [
          { type: 'logs', logs: '1' },
          { type: 'image', url: 'data:image/png;base64,AAAA' },
        ],
      },
      {
        ...{ type: 'message', role: 'assistant', id: 'msg_1', status: 'completed', phase: null },
        content: [{ type: 'output_text', text: 'One.', annotations: [], logprobs: [] }],
      },
      { role: 'user', content: 'Two?' },
    ];
    const { system, input: messages, warnings } = read({ input });
    expect({ system, warnings }).toEqual({ system: 'Be kind.', warnings: [] });
    expect(messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'One?' }] },
      { role: 'assistant', text: '', calls: [{ callId: 'ci_1', code: 'print(1)' }] },
      {
        role: 'results',
        results: [
          {
            callId: 'ci_1',
            parts: [
              { type: 'text', text: '1' },
              { type: 'text', text: '[a picture]' },
              { type: 'image', mediaType: 'image/png', base64: 'AAAA' },
            ],
          },
        ],
      },
      { role: 'assistant', text: 'One.', calls: [] },
      { role: 'user', parts: [{ type: 'text', text: 'Two?' }] },
    ]);
  });

  it('tells of code whose outputs were not included that there are none', () => {
    const call = { type: 'code_interpreter_call', id: 'ci_1', code: '1', outputs: null };
    expect(read({ input: [{ role: 'user', content: 'a' }, call] }).input.at(-1)).toEqual({
      ...{ role: 'results', results: [{ callId: 'ci_1', parts: [{ type: 'text', text: '(no output)' }] }] },
    });
  });

  it.each(['function_call', 'function_call_output', 'reasoning', 'item_reference'])('warns of an item %s', (type) => {
    const { input, warnings } = read({
      input: [
        { type, id: 'x' },
        { role: 'user', content: 'a' },
      ],
    });
    expect(input).toHaveLength(1);
    expect(warnings).toEqual([`input.0: items of the type "${type}" are not known here; it was not used.`]);
  });

  it.each([
    [[{ role: 'assistant', content: 'a' }], 'input'],
    [[{ role: 'tool', content: 'a' }], 'input.0.role'],
    [
      [
        { role: 'user', content: 'a' },
        { type: 'code_interpreter_call', id: 'c', code: 1 },
      ],
      'input.1.code',
    ],
  ])('refuses %j', (input, param) => {
    expect(() => read({ input })).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR', param }));
  });

  it('refuses too much text, wherever it stands', () => {
    const long = 'x'.repeat(2_000_000);
    const user = { role: 'user', content: 'a' };
    const call = { type: 'code_interpreter_call', id: 'c', code: '1' };
    for (const item of [
      { role: 'user', content: long },
      { ...call, code: long },
      { ...call, outputs: [{ type: 'logs', logs: long }] },
    ])
      expect(() => read({ input: [user, item] })).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }));
  });
});

describe('openai input items', () => {
  const { input } = read({
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
      { type: 'code_interpreter_call', id: 'ci_1', code: '1', outputs: [{ type: 'logs', logs: 'one' }] },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ],
  });
  const items = toInputItems(input, { id: ID }, { withOutputs: true });

  it('show what was sent, under ids that stay', () => {
    expect(items).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }, { type: 'input_image' }] },
      { type: 'code_interpreter_call', id: 'ci_1', code: '1', outputs: [{ type: 'logs', logs: 'one' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'b' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'c' }] },
    ]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(toInputItems(input, { id: ID }, { withOutputs: true })).toEqual(items);
  });

  it('hide outputs that are not asked for', () => {
    expect(toInputItems(input, { id: ID }, { withOutputs: false })[1]).toMatchObject({ outputs: null });
  });

  it.each(['asc', 'desc'] as const)('come in pages that follow each other: %s', (order) => {
    const all = pageOf(items, { limit: 100, order }).data;
    const first = pageOf(items, { limit: 3, order });
    const second = pageOf(items, { limit: 3, order, after: first.data.at(-1)?.id });
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    expect([...first.data, ...second.data]).toEqual(all);
    expect(all).toEqual(order === 'asc' ? items : items.toReversed());
  });

  it('refuse to go on after what is none of them', () => {
    expect(() => pageOf(items, { limit: 1, order: 'asc', after: 'msg_none' })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', param: 'after' }),
    );
  });
});
