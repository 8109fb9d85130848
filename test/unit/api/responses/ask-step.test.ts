/** What the steps of a response take of its model, as the loop tells it. */
import { describe, expect, it } from '@jest/globals';
import { ModelError } from '../../../../api/models/model.ts';
import { runLoop } from '../../../../api/services/responses/loop.ts';
import { ExecutionId } from '../../../../shared/contracts/ids.ts';
import { unlessAborted } from '../../../../shared/platform/deadline.ts';
import { done, runs, says, scripted, task, type ScriptedStep } from './scripted.ts';

const signal = new AbortController().signal;
const executionId = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const passing = new ModelError('MODEL_UNAVAILABLE', 'Away.', { isPassing: true, retryAfterMs: 0 });

describe('steps: what they take', () => {
  const used = { inputTokens: 10, outputTokens: 5 };

  it('is told of each step, with what came of it', async () => {
    const { deps, asked } = scripted([
      [says('Let me see. '), runs('a'), runs('b'), done],
      [says('ok'), done],
    ]);
    await runLoop(deps, task(), signal);
    // The clock goes on by 10 with each look.
    expect(asked).toEqual([
      {
        ...{ itemIds: ['message_1', 'call_2', 'call_3'], attempts: 1, usage: used },
        ...{ firstTokenMs: 10, modelMs: 30 },
      },
      { itemIds: ['message_4'], attempts: 1, usage: used, firstTokenMs: 10, modelMs: 30 },
    ]);
  });

  it('is told before its code runs', async () => {
    const { deps, asked } = scripted([
      [runs('a'), done],
      [says('ok'), done],
    ]);
    const told: number[] = [];
    const run: typeof deps.run = (...call) => {
      told.push(asked.length);
      return deps.run(...call);
    };
    await runLoop({ ...deps, run }, task(), signal);
    expect(told).toEqual([1]);
  });

  it('counts attempts in vain, and the first token of the last alone', async () => {
    const breaking: ScriptedStep = async function* () {
      yield says('held back');
      await Promise.resolve();
      throw passing;
    };
    const { deps, asked } = scripted([breaking, passing, [runs('a'), done], [says('4'), done]], () => ({
      executionId,
    }));
    await runLoop(deps, task({ mode: 'on' }), signal);
    expect(asked).toMatchObject([
      { attempts: 3, itemIds: ['call_1'], firstTokenMs: 10, modelMs: 60, usage: used },
      { attempts: 1, itemIds: ['message_2'] },
    ]);
  });

  it('is told of a step that failed, whose tokens nobody knows', async () => {
    const { deps, asked } = scripted([passing, passing, passing]);
    await expect(runLoop(deps, task(), signal)).rejects.toBe(passing);
    expect(asked).toEqual([{ itemIds: [], attempts: 3, firstTokenMs: null, modelMs: 40, usage: null }]);
  });

  it('is told of a step that was stopped, with what was shown of it', async () => {
    const controller = new AbortController();
    const hanging: ScriptedStep = async function* (aborted) {
      yield says('so');
      controller.abort(new Error('cancelled'));
      await unlessAborted(new Promise(() => undefined), aborted).catch(() => undefined);
      throw new Error('the connection was closed');
    };
    const { deps, asked } = scripted([hanging]);
    await expect(runLoop(deps, task(), controller.signal)).rejects.toThrow('cancelled');
    expect(asked).toMatchObject([{ itemIds: ['message_1'], attempts: 1, usage: null }]);
  });
});
