import { describe, expect, it } from '@jest/globals';
import { ExecutionId } from '../../../shared/contracts/ids.ts';
import { stretchesOf } from '../../../dashboard/src/pages/responses/response-steps.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function aRun(from: number, to: number | null) {
  return {
    execution_id: ExecutionId.parse(`exec_${String(from).padStart(20, '0')}`),
    status: to === null ? ('running' as const) : ('completed' as const),
    exit_reason: to === null ? null : ('ok' as const),
    created_at: at(from),
    finished_at: to === null ? null : at(to),
    queue_ms: null,
    wall_ms: null,
    cpu_ms: null,
  };
}

function told(runs: ReturnType<typeof aRun>[], completed: number | null) {
  const end = completed === null ? null : at(completed);
  return stretchesOf({ created_at: at(0), started_at: at(1), completed_at: end, runs }).map(
    ({ kind, tookMs }) => `${kind} ${String(tookMs)}`,
  );
}

describe('dashboard: the steps of a response', () => {
  it('tells the wait, and model and code by turns', () => {
    expect(told([aRun(3, 7)], 8)).toEqual(['wait 1000', 'model 2000', 'code 4000', 'model 1000']);
  });

  it('begins the time of the model when the last of runs side by side has ended', () => {
    expect(told([aRun(3, 9), aRun(3, 5)], 10)).toEqual([
      'wait 1000',
      'model 2000',
      'code 6000',
      'code 2000',
      'model 1000',
    ]);
  });

  it('shows every run while one of them is under way, and no time of the model after it', () => {
    expect(told([aRun(3, null), aRun(3, 5)], null)).toEqual(['wait 1000', 'model 2000', 'code null', 'code 2000']);
  });

  it('tells only the wait of one that was never begun', () => {
    const ended = stretchesOf({ created_at: at(0), started_at: null, completed_at: at(4), runs: [] });
    expect(ended).toEqual([{ kind: 'wait', tookMs: 4000, run: null }]);
  });
});
