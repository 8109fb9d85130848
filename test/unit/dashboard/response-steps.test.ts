import { describe, expect, it } from '@jest/globals';
import { conversationOf, stepsOf, waitedMs } from '../../../dashboard/src/pages/responses/response-steps.ts';
import { stepFigures } from '../../../dashboard/src/pages/responses/step-figures.ts';
import { ExecutionId } from '../../../shared/contracts/ids.ts';
import type { CodeInterpreterCall, ResponseMessage } from '../../../shared/contracts/response-item.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const executionOf = (name: string) => ExecutionId.parse(`exec_${name.padStart(20, '0')}`);

const aRun = (name: string) => ({
  ...{ execution_id: executionOf(name), status: 'completed' as const, exit_reason: 'ok' as const },
  ...{ created_at: at(1), finished_at: at(2), queue_ms: 1, wall_ms: 2, cpu_ms: 3 },
});

const aCall = (id: string, execution: string | null = id): CodeInterpreterCall => ({
  ...{ type: 'code_interpreter_call', id, status: 'completed', code: 'x', outputs: [] },
  execution_id: execution === null ? null : executionOf(execution),
});

const aMessage = (id: string): ResponseMessage => ({
  ...{ type: 'message', id, status: 'completed', role: 'assistant', content: [] },
});

const aStep = (...itemIds: string[]) => ({
  ...{ item_ids: itemIds, model_ms: 900, first_token_ms: 300, attempts: 1, input_tokens: 10, output_tokens: 5 },
});

const told = (parts: Parameters<typeof conversationOf>[0]) =>
  conversationOf(parts).map((entry) => (entry.type === 'step' ? entry.number : entry.item.id));

describe('dashboard: the steps of a response', () => {
  it('have the runs of the code that was written in them', () => {
    const { steps, otherRuns } = stepsOf({
      output: [aMessage('say'), aCall('a'), aCall('b'), aCall('refused', null), aMessage('end')],
      model_steps: [aStep('say', 'a', 'b'), aStep('refused'), aStep('end')],
      runs: [aRun('a'), aRun('b')],
    });
    expect(steps.map(({ number, runs }) => [number, runs.map((run) => run.execution_id)])).toEqual([
      [1, [executionOf('a'), executionOf('b')]],
      [2, []],
      [3, []],
    ]);
    expect(otherRuns).toEqual([]);
  });

  it('leave over what runs just now, and what ran before steps were kept', () => {
    const { steps, otherRuns } = stepsOf({
      ...{ output: [aCall('a')], model_steps: [aStep('a')], runs: [aRun('a'), aRun('now')] },
    });
    expect(steps.map(({ runs }) => runs.length)).toEqual([1]);
    expect(otherRuns.map((run) => run.execution_id)).toEqual([executionOf('now')]);
  });

  it('stand before what was written in them', () => {
    const output = [aMessage('say'), aCall('a'), aMessage('end')];
    expect(told({ output, model_steps: [aStep('say', 'a'), aStep('end')] })).toEqual([1, 'say', 'a', 2, 'end']);
  });

  it('stand in their order also where nothing was written, and leave out no item', () => {
    const output = [aCall('lost'), aMessage('end')];
    const parts = { output, model_steps: [aStep(), aStep('end'), aStep()] };
    expect(told(parts)).toEqual(['lost', 1, 2, 'end', 3]);
    expect(told({ output, model_steps: [] })).toEqual(['lost', 'end']);
  });

  it('are told in words, without what is not known', () => {
    expect(stepFigures({ ...aStep(), input_tokens: 1_480 })).toEqual([
      'first token after 300 ms',
      '1,480 tokens in, 5 out',
    ]);
    const failed = { ...aStep(), first_token_ms: null, input_tokens: null, output_tokens: null, attempts: 3 };
    expect(stepFigures(failed)).toEqual(['no answer', 'tokens unknown', '3 attempts']);
  });
});

describe('dashboard: the wait of a response', () => {
  it('goes to its beginning, or to its end where it never began', () => {
    expect(waitedMs({ created_at: at(0), started_at: at(1), completed_at: at(9) })).toBe(1_000);
    expect(waitedMs({ created_at: at(0), started_at: null, completed_at: at(4) })).toBe(4_000);
    expect(waitedMs({ created_at: at(0), started_at: null, completed_at: null })).toBeNull();
  });
});
