import { describe, expect, it } from '@jest/globals';
import { APICallError } from 'ai';
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test';
import type { StepPart, StepRequest } from '../../../../api/models/model.ts';
import { createSdkModel } from '../../../../api/models/sdk-model.ts';

type Chunk =
  Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

const REQUEST: StepRequest = {
  instructions: 'Help.',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  code: 'offered',
};
const usage = {
  inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
};
const finish: Chunk = { type: 'finish', usage, finishReason: { unified: 'stop', raw: 'stop' } };
const call = (input: string, toolName = 'code_interpreter'): Chunk[] => [
  { type: 'tool-input-start', id: 'c', toolName },
  ...[...input].map((delta): Chunk => ({ type: 'tool-input-delta', id: 'c', delta })),
  { type: 'tool-input-end', id: 'c' },
  { type: 'tool-call', toolCallId: 'c', toolName, input },
];

function modelOf(chunks: readonly Chunk[] | Error, silenceMs = 5_000) {
  const model = new MockLanguageModelV4({
    doStream: () =>
      chunks instanceof Error
        ? Promise.reject(chunks)
        : Promise.resolve({
            stream: simulateReadableStream({ chunks: [...chunks], chunkDelayInMs: null, initialDelayInMs: null }),
          }),
  });
  return { model, adapted: createSdkModel({ name: 'm', model, takesPictures: false, silenceMs }) };
}

async function collected<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

async function partsOf(chunks: readonly Chunk[] | Error, request = REQUEST): Promise<StepPart[]> {
  return collected(modelOf(chunks).adapted.step(request, new AbortController().signal));
}

const end = { type: 'end', reason: 'done', usage: { inputTokens: 7, outputTokens: 3 } };

describe('SDK model: parts', () => {
  it('passes text on as it comes', async () => {
    const text = [
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'He' },
      { type: 'text-delta', id: 't', delta: 'llo' },
      { type: 'text-end', id: 't' },
    ] as const;
    expect(await partsOf([...text, finish])).toEqual([
      { type: 'text', delta: 'He' },
      { type: 'text', delta: 'llo' },
      end,
    ]);
  });

  it('reads code out of the argument text while that is written, escapes and all', async () => {
    const code = 'print("é\\n\u{1F600}")\nx = 1';
    const parts = await partsOf([...call(JSON.stringify({ code })), finish]);
    const deltas = parts.flatMap((part) => (part.type === 'code' ? [part.delta] : []));
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toBe(code);
    expect(parts.slice(-2)).toEqual([{ type: 'call', callId: 'c', code }, end]);
  });

  it('keeps of a call what its provider signed, and nothing else that it tells', async () => {
    const toolCall: Chunk = {
      ...{ type: 'tool-call', toolCallId: 'c', toolName: 'code_interpreter', input: '{"code":"x"}' },
      providerMetadata: { google: { thoughtSignature: 's', count: 1 }, anthropic: { caller: { type: 'direct' } } },
    };
    expect((await partsOf([toolCall, finish]))[0]).toEqual({
      ...{ type: 'call', callId: 'c', code: 'x' },
      signatures: { google: { thoughtSignature: 's' } },
    });
  });

  it('reads no more of a step that signs without end', async () => {
    const toolCall: Chunk = {
      ...{ type: 'tool-call', toolCallId: 'c', toolName: 'code_interpreter', input: '{"code":"x"}' },
      providerMetadata: { google: { thoughtSignature: 's'.repeat(2 * 1024 * 1024) } },
    };
    expect(await partsOf([toolCall, finish])).toMatchObject([{ type: 'end', reason: 'length' }]);
  });

  it.each([
    ['no JSON', 'print(1)', 'code_interpreter'],
    ['no code', '{"source":"x"}', 'code_interpreter'],
    ['another tool', '{"code":"x"}', 'browser'],
  ])('tells a call with %s as malformed', async (_, input, tool) => {
    const parts = await partsOf([...call(input, tool), finish]);
    expect(parts.filter((part) => part.type !== 'code' && part.type !== 'end')).toMatchObject([
      { type: 'malformed_call', callId: 'c' },
    ]);
  });

  it.each([
    ['length', 'length'],
    ['content-filter', 'filtered'],
  ] as const)('tells the end "%s"', async (unified, reason) => {
    const parts = await partsOf([{ type: 'finish', usage, finishReason: { unified, raw: unified } }]);
    expect(parts).toEqual([{ ...end, reason }]);
  });
});

describe('SDK model: requests', () => {
  it.each([
    ['offered', 'auto'],
    ['required', 'required'],
  ] as const)('passes code that is %s on as tool choice %s', async (code, type) => {
    const { model, adapted } = modelOf([finish]);
    await collected(adapted.step({ ...REQUEST, code }, new AbortController().signal));
    expect(model.doStreamCalls[0]).toMatchObject({ toolChoice: { type }, tools: [{ name: 'code_interpreter' }] });
  });

  it('takes an answer without code for an answer where code was required', async () => {
    const text = [
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: '4' },
      { type: 'text-end', id: 't' },
    ] as const;
    const parts = await partsOf([...text, finish], { ...REQUEST, code: 'required' });
    expect(parts).toMatchObject([
      { type: 'text', delta: '4' },
      { type: 'end', reason: 'done' },
    ]);
  });

  it('offers no tool when code is withheld', async () => {
    const { model, adapted } = modelOf([finish]);
    await collected(adapted.step({ ...REQUEST, code: 'withheld' }, new AbortController().signal));
    expect(model.doStreamCalls[0]?.tools).toBeUndefined();
  });

  it('passes a whole conversation on', async () => {
    const { model, adapted } = modelOf([finish]);
    const messages: StepRequest['messages'] = [
      ...REQUEST.messages,
      { role: 'assistant', text: 'So:', calls: [{ callId: 'c', code: 'x' }] },
      { role: 'results', results: [{ callId: 'c', parts: [{ type: 'text', text: '1' }] }] },
    ];
    await collected(adapted.step({ ...REQUEST, messages }, new AbortController().signal));
    expect(model.doStreamCalls[0]?.prompt).toMatchObject([
      { role: 'system', content: 'Help.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'So:' },
          { type: 'tool-call', input: { code: 'x' } },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c' }] },
    ]);
  });
});

describe('SDK model: a conversation with code where no tool is offered', () => {
  const prompted = async (messages: StepRequest['messages'], code: StepRequest['code'] = 'withheld') => {
    const { model, adapted } = modelOf([finish]);
    await collected(adapted.step({ ...REQUEST, messages, code }, new AbortController().signal));
    return model.doStreamCalls[0]?.prompt.slice(1);
  };

  it('is told in words: providers refuse calls of a tool that there is not', async () => {
    const prompt = await prompted([
      ...REQUEST.messages,
      { role: 'assistant', text: 'So:', calls: [{ callId: 'c', code: 'print(1)' }] },
      { role: 'results', results: [{ callId: 'c', parts: [{ type: 'text', text: '41' }] }] },
    ]);
    expect(prompt?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(JSON.stringify(prompt)).toContain('print(1)');
    expect(JSON.stringify(prompt)).toContain('41');
    expect(JSON.stringify(prompt)).not.toContain('tool-');
  });

  it.each(['withheld', 'offered'] as const)('leaves out an answer that said nothing, with code %s', async (code) => {
    const prompt = await prompted([...REQUEST.messages, { role: 'assistant', text: '', calls: [] }], code);
    expect(prompt?.map(({ role }) => role)).toEqual(['user']);
  });

  it('says that there was a picture to a model that takes none', async () => {
    const picture = { type: 'image', mediaType: 'image/png', base64: 'iVBORw==' } as const;
    expect(await prompted([{ role: 'user', parts: [picture] }])).toMatchObject([
      { role: 'user', content: [{ type: 'text' }] },
    ]);
  });
});

describe('SDK model: bounds', () => {
  const endless = (chunk: Chunk) => {
    let aborted: AbortSignal | undefined;
    const begin: Chunk[] = [
      { type: 'text-start', id: 'e' },
      { type: 'reasoning-start', id: 'e' },
      { type: 'tool-input-start', id: 'e', toolName: 'code_interpreter' },
    ];
    const model = new MockLanguageModelV4({
      doStream: ({ abortSignal }) => {
        aborted = abortSignal;
        const stream = new ReadableStream<Chunk>({
          start: (controller) => {
            for (const part of begin) controller.enqueue(part);
          },
          pull: async (controller) => {
            await new Promise(setImmediate);
            controller.enqueue(chunk);
          },
        });
        return Promise.resolve({ stream });
      },
    });
    const { step } = createSdkModel({ name: 'm', model, takesPictures: false, silenceMs: 5_000 });
    return { parts: collected(step(REQUEST, new AbortController().signal)), isAborted: () => aborted?.aborted };
  };
  const much = 'x'.repeat(100_000);

  it.each([
    ['text', { type: 'text-delta', id: 'e', delta: much }],
    ['thoughts', { type: 'reasoning-delta', id: 'e', delta: much }],
    ['code', { type: 'tool-input-delta', id: 'e', delta: much }],
  ] as const)('ends a step of endless %s, and the request', async (_, chunk) => {
    const { parts, isAborted } = endless(chunk);
    expect((await parts).at(-1)).toMatchObject({ type: 'end', reason: 'length' });
    expect(isAborted()).toBe(true);
  });

  it('gives the request up when nobody reads on', async () => {
    let aborted: AbortSignal | undefined;
    const model = new MockLanguageModelV4({
      doStream: ({ abortSignal }) => {
        aborted = abortSignal;
        const chunks: Chunk[] = [
          { type: 'text-start', id: 't' },
          { type: 'text-delta', id: 't', delta: 'So' },
        ];
        const stream = new ReadableStream<Chunk>({
          start: (controller) => {
            for (const chunk of chunks) controller.enqueue(chunk);
          },
        });
        return Promise.resolve({ stream });
      },
    });
    const { step } = createSdkModel({ name: 'm', model, takesPictures: false, silenceMs: 5_000 });
    for await (const part of step(REQUEST, new AbortController().signal)) if (part.type === 'text') break;
    expect(aborted?.aborted).toBe(true);
  });
});

describe('SDK model: faults', () => {
  const answer = (statusCode: number | undefined, responseHeaders: Record<string, string> = {}) =>
    new APICallError({
      ...{ message: 'secret words', url: 'https://secret.example', requestBodyValues: {} },
      ...(statusCode !== undefined && { statusCode, responseHeaders }),
    });

  it.each([
    [
      'status 429',
      answer(429, { 'retry-after': '2' }),
      { code: 'MODEL_RATE_LIMITED', isPassing: true, retryAfterMs: 2_000 },
    ],
    [
      'status 429 until a time',
      answer(429, { 'retry-after': new Date(Date.now() - 5_000).toUTCString() }),
      { code: 'MODEL_RATE_LIMITED', retryAfterMs: 0 },
    ],
    ['a redirect', answer(302), { code: 'MODEL_REFUSED', isPassing: false }],
    ['an empty answer', answer(204), { code: 'MODEL_ANSWER_INVALID', isPassing: true }],
    ['status 500', answer(500), { code: 'MODEL_UNAVAILABLE', isPassing: true }],
    ['no connection', answer(undefined), { code: 'MODEL_UNAVAILABLE', isPassing: true }],
    ['status 401', answer(401), { code: 'MODEL_REFUSED', isPassing: false }],
    ['what it does not know', new Error('secret'), { code: 'MODEL_ANSWER_INVALID', isPassing: true }],
  ])('tells %s by a code, without the provider’s words', async (_, fault, told) => {
    const error: unknown = await partsOf(fault).catch((cause: unknown) => cause);
    expect(error).toMatchObject(told);
    expect(error instanceof Error ? error.message : '').not.toContain('secret');
  });

  it('gives a silent model up', async () => {
    const silent = new MockLanguageModelV4({ doStream: () => Promise.resolve({ stream: new ReadableStream() }) });
    const { step } = createSdkModel({ name: 'm', model: silent, takesPictures: false, silenceMs: 20 });
    await expect(collected(step(REQUEST, new AbortController().signal))).rejects.toMatchObject({
      ...{ code: 'MODEL_TIMEOUT', isPassing: true },
    });
  });

  it('ends with the reason of an abort', async () => {
    const silent = new MockLanguageModelV4({ doStream: () => Promise.resolve({ stream: new ReadableStream() }) });
    const { step } = createSdkModel({ name: 'm', model: silent, takesPictures: false, silenceMs: 5_000 });
    await expect(collected(step(REQUEST, AbortSignal.abort(new Error('cancelled'))))).rejects.toThrow('cancelled');
  });
});
