import { describe, expect, it } from '@jest/globals';
import { runLoop } from '../../../../api/services/responses/loop.ts';
import { ExecutionId } from '../../../../shared/contracts/ids.ts';
import { done, runs, says, scripted, task } from './scripted.ts';

const signal = new AbortController().signal;
const executionId = ExecutionId.parse(`exec_${'a'.repeat(20)}`);

describe('loop: calls that a model makes badly', () => {
  it('runs both of two calls of one id, and gives each an answer', async () => {
    const { deps, codes, requests, events } = scripted([
      [runs('a', 'same'), runs('b', 'same'), { type: 'malformed_call', callId: 'same', problem: 'No code.' }, done],
      [says('ok'), done],
    ]);
    await runLoop(deps, task(), signal);
    expect(codes).toEqual(['a', 'b']);
    expect(events.flatMap((event) => (event.type === 'code_done' ? [event.code] : []))).toEqual(['a', 'b']);
    const results = requests[1]?.messages.at(-1);
    const ids = results?.role === 'results' ? results.results.map(({ callId }) => callId) : [];
    expect(new Set(ids).size).toBe(3);
  });

  it('runs nothing in `off`, whatever the model calls, and shows no call', async () => {
    const { deps, codes, events, requests } = scripted([
      [{ type: 'code', callId: 'c', delta: 'pri' }, runs('print(1)', 'c'), done],
      [says('ok'), done],
    ]);
    const end = await runLoop(deps, task({ mode: 'off' }), signal);
    expect(codes).toEqual([]);
    expect(JSON.stringify(events)).not.toContain('call_added');
    expect(end.progress.items.map(({ type }) => type)).toEqual(['message']);
    expect(JSON.stringify(requests[1]?.messages.at(-1))).toContain('no tool');
  });

  it('runs the one of two calls that is well made, and lets the model read of the other', async () => {
    const { deps, codes, requests } = scripted([
      [runs('a'), { type: 'malformed_call', callId: 'x', problem: 'No code.' }, done],
      [says('ok'), done],
    ]);
    await runLoop(deps, task(), signal);
    expect(codes).toEqual(['a']);
    expect(requests[1]?.messages.at(-1)).toMatchObject({ results: [{ callId: 'a' }, { callId: 'x' }] });
  });

  it('shows text before a call and after it as two messages', async () => {
    const { deps } = scripted([
      [says('Before.'), runs('a'), says('After.'), done],
      [says('ok'), done],
    ]);
    const { progress } = await runLoop(deps, task(), signal);
    expect(progress.items.map(({ type }) => type)).toEqual(['message', 'code_interpreter_call', 'message', 'message']);
  });
});

describe('loop: bounds', () => {
  const large = { type: 'text', text: 'x'.repeat(4_000) } as const;

  it('shows no more outputs than a response may hold, and says so', async () => {
    const { deps, requests } = scripted(
      [
        [runs('a'), runs('b'), done],
        [runs('c'), done],
        [says('ok'), done],
      ],
      () => ({ executionId, outputs: [large, large] }),
    );
    const { progress } = await runLoop(deps, task({ outputCharactersMax: 15_000 }), signal);
    const shown = progress.items.flatMap((item) => (item.type === 'message' ? [] : [item.outputs ?? []]));
    expect(shown.map((outputs) => outputs.filter(({ type }) => type === 'text').length)).toEqual([2, 2, 1]);
    expect(JSON.stringify(shown).length).toBeLessThan(16_000);
    expect(JSON.stringify(shown[2])).toContain('left out');
    expect(JSON.stringify(requests[2]?.messages.at(-1))).toContain('xxx');
  });

  it('lets a model read no more pictures than a response may hold', async () => {
    const picture = { type: 'image', url: `data:image/png;base64,${'A'.repeat(4_000)}` } as const;
    const { deps, requests } = scripted(
      [
        [runs('a'), done],
        [runs('b'), done],
        [says('ok'), done],
      ],
      () => ({ executionId, outputs: [picture] }),
    );
    const seeing = { ...deps, model: { ...deps.model, takesPictures: true } };
    await runLoop(seeing, task({ pictureCharactersMax: 5_000 }), signal);
    const read = requests[2]?.messages.flatMap((message) =>
      message.role === 'results' ? message.results.map(({ parts }) => parts.map(({ type }) => type)) : [],
    );
    expect(read).toEqual([
      ['text', 'image'],
      ['text', 'text'],
    ]);
  });
});
