import { describe, expect, it } from '@jest/globals';
import { createDispatcher } from '../../../../api/services/dispatcher.ts';
import type { DispatchRow } from '../../../../api/store/dispatch-store.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';

const idOf = (letter: string) => ExecutionId.parse(`exec_${letter.repeat(20)}`);
const [a, b, c] = [idOf('a'), idOf('b'), idOf('c')];

const rowOf = (id: ExecutionId, attemptOffset = 0): DispatchRow => ({
  id,
  organization_id: OrganizationId.parse(`org_${'o'.repeat(20)}`),
  generation: 2,
  attempt_offset: attemptOffset,
  code: 'x',
  stdin: '',
  timeout_ms: 1,
  memory_mb: 1,
  isolation: 'fresh',
  figure_format: 'png',
  files: [],
  created_at: new Date(0),
  traceparent: null,
});

type Stage = {
  readonly rows?: readonly DispatchRow[];
  readonly released?: readonly string[];
  readonly fails?: 'take' | 'add' | 'give back' | 'discard';
};

function stage({ rows = [], released = [], fails }: Stage) {
  const calls: string[] = [];
  const next = [...released];
  const step = (name: string, at: Stage['fails']) => {
    calls.push(name);
    return fails === at || (fails === 'give back' && at === 'add')
      ? Promise.reject(new Error('away'))
      : Promise.resolve();
  };
  const dispatcher = createDispatcher({
    store: {
      takeForDispatch: async (ids) => {
        await step(`take ${ids.map((id) => id.slice(5, 6)).join('')}`, 'take');
        return rows.filter((row) => ids.includes(row.id));
      },
      cancelMarked: () => Promise.resolve([]),
    },
    queue: { add: (job) => step(`add ${job.execution_id.slice(5, 6)}`, 'add') },
    fairIndex: { giveBack: (id) => step(`give back ${id.slice(5, 6)}`, 'give back') },
    events: { discard: (id) => step(`discard ${id.slice(5, 6)}`, 'discard') },
    conclusion: {
      conclude: (ids) => {
        calls.push(`conclude ${ids.map((id) => id.slice(5, 6)).join('')}`);
        return Promise.resolve(next.splice(0, 1));
      },
    },
    report: (message) => void calls.push(message),
  });
  return {
    calls,
    async dispatch(...ids: string[]) {
      dispatcher.dispatch(ids);
      await dispatcher.settled();
    },
  };
}

describe('dispatcher', () => {
  it('makes a job of every released row', async () => {
    const { calls, dispatch } = stage({ rows: [rowOf(a), rowOf(b)] });
    await dispatch(a, b);
    expect(calls).toEqual(['take ab', 'add a', 'add b']);
  });

  it('concludes ids that have nothing to run, and dispatches what that releases', async () => {
    const { calls, dispatch } = stage({ rows: [rowOf(c)], released: [c] });
    await dispatch(a);
    expect(calls).toEqual(['take a', 'conclude a', 'take c', 'add c']);
  });

  it('discards the live events of an earlier run', async () => {
    const { calls, dispatch } = stage({ rows: [rowOf(a, 1)] });
    await dispatch(a);
    expect(calls).toEqual(['take a', 'discard a', 'add a']);
  });

  it.each<['take' | 'add']>([['take'], ['add']])('gives an id back when it cannot %s', async (fails) => {
    const { calls, dispatch } = stage({ rows: [rowOf(a)], fails });
    await dispatch(a);
    expect(calls.slice(-2)).toEqual(['could not dispatch', 'give back a']);
  });

  it('never rejects, not even when nothing works', async () => {
    const { calls, dispatch } = stage({ rows: [rowOf(a)], fails: 'give back' });
    await dispatch(a);
    expect(calls.at(-1)).toBe('give back a');
  });
});
