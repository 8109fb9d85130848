import { describe, expect, it } from '@jest/globals';
import { createResults } from '../../../../api/services/results.ts';
import type { RunFinished, RunReport } from '../../../../shared/contracts/result.ts';
import { ExecutionId } from '../../../../shared/contracts/ids.ts';
import type { ExecutionStatus } from '../../../../shared/contracts/statuses.ts';
import { aRunFinished } from '../../../helpers/run-reports.ts';

const idOf = (letter: string) => ExecutionId.parse(`exec_${letter.repeat(20)}`);
const [a, b] = [idOf('a'), idOf('b')];

const finished = (id: ExecutionId, change: Partial<RunFinished> = {}): RunFinished =>
  aRunFinished({ execution_id: id, ...change });

type Stage = {
  /** Open rows; others that are reported are final or gone. */
  readonly open?: Readonly<Record<string, ExecutionStatus>>;
  readonly superseded?: boolean;
  readonly refuses?: (reports: readonly RunFinished[]) => boolean;
};

class DataError extends Error {}

/** Services around, which write down what they are told. */
function stage({ open = {}, superseded = false, refuses = () => false }: Stage = {}) {
  const calls: string[] = [];
  const recordable = new Set<string>([a, b].filter((id) => !(id in open)));
  const results = createResults({
    store: {
      recordStarted: () => Promise.resolve(),
      recordFinished: (reports) => {
        if (refuses(reports)) return Promise.reject(new DataError('no'));
        const recorded = reports.filter(({ execution_id: id }) => recordable.delete(id));
        calls.push(...recorded.map(({ execution_id: id, exit }) => `record ${id.slice(5, 6)} ${exit.reason}`));
        return Promise.resolve(recorded.map(({ execution_id: id, attempt }) => ({ id, attempt, superseded })));
      },
    },
    rows: { statuses: () => Promise.resolve(new Map(Object.entries(open))) },
    cancels: {
      request: (id) => Promise.resolve(void calls.push(`stop ${id.slice(5, 6)}`)),
      clear: (id) => Promise.resolve(void calls.push(`clear ${id.slice(5, 6)}`)),
    },
    conclusion: {
      conclude: (ids) => {
        calls.push(...ids.map((id) => `conclude ${id.slice(5, 6)}`));
        return Promise.resolve(['next']);
      },
    },
    dispatcher: { dispatch: (ids) => void calls.push(`dispatch ${ids.join()}`) },
    handOverEnd: (id) => void calls.push(`hand over ${id.slice(5, 6)}`),
    isDataError: (error) => error instanceof DataError,
    report: (message) => void calls.push(message),
  });
  return { calls, take: (...reports: RunReport[]) => results.onBatch(reports) };
}

describe('results: batch', () => {
  it('records, hands over, concludes and lets the next ones out', async () => {
    const { calls, take } = stage();
    await take(finished(a));
    expect(calls).toEqual(['record a ok', 'hand over a', 'conclude a', 'dispatch next']);
  });

  it('concludes what was final before, and records nothing of it', async () => {
    const { calls, take } = stage();
    await take(finished(a));
    calls.length = 0;
    await take(finished(a));
    expect(calls).toEqual(['conclude a', 'dispatch next']);
  });

  it('does not conclude an execution that is still open', async () => {
    const { calls, take } = stage({ open: { [a]: 'running' } });
    await take(finished(a, { exit: { reason: 'sandbox_lost', code: null, signal: null } }));
    expect(calls).toEqual(['dispatch next']);
  });

  it('stops a newer run of what has ended', async () => {
    const { calls, take } = stage({ superseded: true });
    await take(finished(a));
    expect(calls).toContain('stop a');
  });

  it('forgets a cancel that was met', async () => {
    const { calls, take } = stage();
    await take(finished(a, { exit: { reason: 'cancelled', code: null, signal: null } }));
    expect(calls).toContain('clear a');
  });

  it('records the others when one cannot be stored, and that one without its content', async () => {
    const outputs = [{ type: 'text' as const, stream: 'stdout' as const, text: 'bad' }];
    const { calls, take } = stage({ refuses: (reports) => reports.some((report) => report.outputs.length > 0) });
    await take(finished(a, { outputs }), finished(b));
    expect(calls).toEqual(expect.arrayContaining(['record a sandbox_lost', 'record b ok', 'conclude a', 'conclude b']));
  });

  it('takes a batch as done when one cannot be stored at all', async () => {
    const { calls, take } = stage({
      open: { [a]: 'running' },
      refuses: (reports) => reports.some((report) => report.execution_id === a),
    });
    await take(finished(a), finished(b));
    expect(calls).toEqual(expect.arrayContaining(['record b ok', 'conclude b']));
    expect(calls).not.toContain('conclude a');
  });

  it('leaves the batch to be taken again when the database is away', async () => {
    const results = stage({
      refuses: () => {
        throw new TypeError('away');
      },
    });
    await expect(results.take(finished(a))).rejects.toThrow('away');
    expect(results.calls).toEqual([]);
  });
});
