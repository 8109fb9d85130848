import { describe, expect, it } from '@jest/globals';
import { ModelError } from '../../../../api/models/model.ts';
import { runLoop } from '../../../../api/services/responses/loop.ts';
import { ExecutionId } from '../../../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';
import { unlessAborted } from '../../../../shared/platform/deadline.ts';
import { CALLS_PER_STEP_MAX } from '../../../../shared/contracts/limits.ts';
import { done, NOTHING_YET, runs, says, scripted, task, type ScriptedStep } from './scripted.ts';

const signal = new AbortController().signal;
const executionId = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const printed = (text: string) => ({ executionId, outputs: [{ type: 'text' as const, text }] });
const passing = new ModelError('MODEL_UNAVAILABLE', 'Away.', { isPassing: true, retryAfterMs: 0 });
const refused = new ModelError('MODEL_REFUSED', 'No.', { isPassing: false });
const lostCall: ResponseItem = {
  ...{ type: 'code_interpreter_call', id: 'ci_lost', status: 'completed', code: 'a', outputs: [] },
  execution_id: executionId,
};

describe('loop: code', () => {
  it('runs what the model wants to be run, lets it read that, and ends with its answer', async () => {
    const { deps, requests, codes } = scripted(
      [
        [runs('print(1)'), done],
        [says('It '), says('is 1.'), done],
      ],
      () => printed('1'),
    );
    const end = await runLoop(deps, task(), signal);
    expect(codes).toEqual(['print(1)']);
    expect(requests[1]?.messages.slice(1)).toEqual([
      { role: 'assistant', text: '', calls: [{ callId: 'print(1)', code: 'print(1)' }] },
      { role: 'results', results: [{ callId: 'print(1)', parts: [{ type: 'text', text: '1' }] }] },
    ]);
    expect(end).toMatchObject({ status: 'completed', progress: { steps: 2 } });
    expect(end.progress.items).toEqual([
      {
        ...{
          type: 'code_interpreter_call',
          id: 'call_1',
          status: 'completed',
          code: 'print(1)',
          execution_id: executionId,
        },
        outputs: [{ type: 'text', text: '1' }],
      },
      {
        ...{ type: 'message', id: 'message_2', status: 'completed', role: 'assistant' },
        content: [{ type: 'output_text', text: 'It is 1.' }],
      },
    ]);
  });

  it('runs calls of one step at once', async () => {
    let running = 0;
    let most = 0;
    const { deps } = scripted([
      [runs('a'), runs('b'), runs('c'), done],
      [says('ok'), done],
    ]);
    const run = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return { executionId, status: 'completed' as const, outputs: [] };
    };
    await runLoop({ ...deps, run }, task(), signal);
    expect(most).toBe(3);
  });

  it('lets the model read why a call could not be understood', async () => {
    const malformed = { type: 'malformed_call', callId: 'x', problem: 'No code.' } as const;
    const { deps, requests, codes } = scripted([
      [malformed, done],
      [says('ok'), done],
    ]);
    await runLoop(deps, task(), signal);
    expect(codes).toEqual([]);
    expect(requests[1]?.messages.at(-1)).toEqual({
      ...{ role: 'results', results: [{ callId: 'x', parts: [{ type: 'text', text: 'No code.' }] }] },
    });
  });

  it('runs no more blocks in one step than it may, and says so once', async () => {
    const many = Array.from({ length: CALLS_PER_STEP_MAX + 50 }, (_, n) => runs(`x${String(n)}`));
    const { deps, codes, requests } = scripted([
      [...many, done],
      [says('ok'), done],
    ]);
    await runLoop(deps, task(), signal);
    expect(codes).toHaveLength(CALLS_PER_STEP_MAX);
    const results = requests[1]?.messages.at(-1);
    expect(results?.role === 'results' && results.results).toHaveLength(CALLS_PER_STEP_MAX + 1);
    expect(JSON.stringify(results)).toContain('At most 16 blocks');
  });

  it('stops after the most steps', async () => {
    const { deps } = scripted(Array.from({ length: 3 }, (_, n): ScriptedStep => [runs(`x${String(n)}`), done]));
    expect(await runLoop(deps, task({ stepsMax: 3 }), signal)).toMatchObject({
      ...{ status: 'incomplete', reason: 'STEPS_EXHAUSTED' },
    });
  });

  it('goes on from where it was saved', async () => {
    const before = scripted([[runs('a'), done], refused], () => printed('1'));
    await expect(runLoop(before.deps, task(), signal)).rejects.toBe(refused);
    const [start = NOTHING_YET] = before.saved;
    const after = scripted([[says('ok'), done]]);
    const end = await runLoop(after.deps, task({ start }), signal);
    expect(after.codes).toEqual([]);
    expect(end.progress.items.map((item) => item.type)).toEqual(['code_interpreter_call', 'message']);
    expect(end.progress.steps).toBe(2);
  });
});

describe('loop: modes', () => {
  it('offers code in `auto`, no tool in `off`', async () => {
    const auto = scripted([[says('4'), done]]);
    expect(await runLoop(auto.deps, task(), signal)).toMatchObject({ status: 'completed' });
    const off = scripted([[says('4'), done]]);
    await runLoop(off.deps, task({ mode: 'off' }), signal);
    expect([auto.requests[0]?.code, off.requests[0]?.code]).toEqual(['offered', 'withheld']);
  });

  it('demands code in `on`, once', async () => {
    const { deps, requests } = scripted(
      [
        [runs('a'), done],
        [says('4'), done],
      ],
      () => printed('4'),
    );
    expect(await runLoop(deps, task({ mode: 'on' }), signal)).toMatchObject({ status: 'completed' });
    expect(requests.map((request) => request.code)).toEqual(['required', 'offered']);
  });

  it('asks a model once more that answers without code in `on`, and shows nothing of that answer', async () => {
    const { deps, events, requests } = scripted(
      [
        [says('guess'), done],
        [runs('a'), done],
        [says('4'), done],
      ],
      () => printed('4'),
    );
    const end = await runLoop(deps, task({ mode: 'on' }), signal);
    expect(end.status).toBe('completed');
    expect(JSON.stringify(events)).not.toContain('guess');
    expect(requests[1]?.messages.at(-1)).toMatchObject({ role: 'user' });
  });

  it('does not count code of a step that was lost, of which the model read nothing', async () => {
    const { deps, requests } = scripted(
      [
        [runs('again'), done],
        [says('4'), done],
      ],
      () => printed('4'),
    );
    const start = { ...NOTHING_YET, items: [lostCall] };
    await runLoop(deps, task({ mode: 'on', start }), signal);
    expect(requests.map((request) => request.code)).toEqual(['required', 'offered']);
  });

  it('counts code of steps before', async () => {
    const { deps, requests } = scripted([[says('4'), done]]);
    const start = { ...NOTHING_YET, items: [lostCall] };
    await runLoop(deps, task({ mode: 'on', hasRun: true, start }), signal);
    expect(requests.map((request) => request.code)).toEqual(['offered']);
  });

  it('ends with CODE_NOT_RUN when its steps are used up without code', async () => {
    const { deps } = scripted([[says('guess'), done]]);
    const end = await runLoop(deps, task({ mode: 'on', stepsMax: 1 }), signal);
    expect(end).toMatchObject({ status: 'incomplete', reason: 'CODE_NOT_RUN' });
  });

  it('ends with CODE_NOT_RUN when it answers without code again', async () => {
    const { deps } = scripted([
      [says('guess'), done],
      [says('guess again'), done],
    ]);
    const end = await runLoop(deps, task({ mode: 'on' }), signal);
    expect(end).toMatchObject({ status: 'incomplete', reason: 'CODE_NOT_RUN', progress: { items: [] } });
  });
});

describe('loop: a model that fails', () => {
  it('asks again when nothing was shown and the fault may pass', async () => {
    const { deps, requests } = scripted([passing, passing, [says('ok'), done]]);
    expect(await runLoop(deps, task(), signal)).toMatchObject({ status: 'completed' });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ['a fault that stays', [refused]],
    ['a fault that comes too often', [passing, passing, passing]],
  ])('fails with %s', async (_, steps) => {
    const { deps, requests } = scripted(steps);
    await expect(runLoop(deps, task(), signal)).rejects.toBe(steps.at(-1));
    expect(requests).toHaveLength(steps.length);
  });

  it('does not wait for a provider that is away for long', async () => {
    const later = new ModelError('MODEL_RATE_LIMITED', 'Later.', { isPassing: true, retryAfterMs: 3_600_000 });
    const { deps, requests } = scripted([later]);
    await expect(runLoop(deps, task(), signal)).rejects.toBe(later);
    expect(requests).toHaveLength(1);
  });

  it('does not ask again for what was shown already: the answer would stand there twice', async () => {
    const broken: ScriptedStep = async function* () {
      yield says('half');
      await Promise.resolve();
      throw passing;
    };
    const { deps, requests, events } = scripted([broken]);
    await expect(runLoop(deps, task(), signal)).rejects.toBe(passing);
    expect(requests).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'item_done', item: { status: 'incomplete' } });
  });

  it('ends the calls of a step that broke off, and runs none of them', async () => {
    const broken: ScriptedStep = async function* () {
      yield runs('print(1)');
      await Promise.resolve();
      throw refused;
    };
    const { deps, codes, events } = scripted([broken]);
    await expect(runLoop(deps, task(), signal)).rejects.toBe(refused);
    expect(codes).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      type: 'item_done',
      item: { type: 'code_interpreter_call', status: 'incomplete' },
    });
  });

  it('tells an answer that was cut by its length', async () => {
    const { deps } = scripted([[says('so'), { ...done, reason: 'length' }]]);
    const end = await runLoop(deps, task(), signal);
    expect(end).toMatchObject({ status: 'incomplete', reason: 'LENGTH' });
    expect(end.progress.items[0]).toMatchObject({ status: 'incomplete' });
  });

  it('stops when it is aborted, with that reason', async () => {
    const controller = new AbortController();
    const hanging: ScriptedStep = async function* (aborted) {
      yield says('so');
      await unlessAborted(new Promise(() => undefined), aborted).catch(() => undefined);
      throw new Error('the connection was closed');
    };
    const { deps } = scripted([hanging]);
    const ending = runLoop(deps, task(), controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(ending).rejects.toThrow('cancelled');
  });
});

describe('loop: events', () => {
  it('tells of code while it is written, of its run, and of the answer, in order', async () => {
    const code = (delta: string) => ({ type: 'code', callId: 'c', delta }) as const;
    const { deps, events } = scripted(
      [
        [code('pri'), code('nt(1)'), runs('print(1)', 'c'), done],
        [says('1'), done],
      ],
      () => printed('1'),
    );
    const run: typeof deps.run = (text, onText, aborted) => {
      onText('stdout', '1\n');
      return deps.run(text, onText, aborted);
    };
    await runLoop({ ...deps, run }, task(), signal);
    expect(events.map((event) => `${String(event.index)} ${event.type}`)).toEqual([
      ...[
        '0 call_added',
        '0 code_delta',
        '0 code_delta',
        '0 code_done',
        '0 interpreting',
        '0 live_text',
        '0 item_done',
      ],
      ...['1 message_added', '1 text_delta', '1 text_done', '1 item_done'],
    ]);
  });
});
