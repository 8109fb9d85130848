import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findMiscounts, findViolations, type Loss, type Row, type Seen } from '../../faults/check.ts';
import { taskOf } from '../../faults/workload.ts';

const task = taskOf(1, 1);
const seen: Seen = { task, acknowledged: ['exec_1'], cancelAsked: false, ends: [], unexpected: [] };
const row: Row = {
  id: 'exec_1',
  taskNumber: 1,
  status: 'completed',
  stdout: task.expectedStdout,
  exitReason: 'ok',
  attempt: 1,
  createdAtMs: 100_000,
  finishedAtMs: 105_000,
};
const lost: Row = { ...row, status: 'failed', stdout: '', exitReason: 'sandbox_lost' };
const loss = (fromMs: number, toMs = fromMs): Loss => ({ kind: 'worker-kill', fromMs, toMs });

const violations = (rows: Row[], change: Partial<Seen> = {}, losses: Loss[] = []) =>
  findViolations({ seen: [{ ...seen, ...change }], rows, losses });

describe('check of the promises', () => {
  it('is content with the right answer, and with nothing where nothing was acknowledged', () => {
    expect(violations([row], { ends: [{ status: 'completed', stdout: task.expectedStdout }] })).toEqual([]);
    expect(violations([], { acknowledged: [] })).toEqual([]);
    expect(violations([row], { acknowledged: [] })).toEqual([]);
  });

  it.each<[string, Row[], Partial<Seen>]>([
    ['is gone', [], {}],
    ['several executions', [row, { ...row, id: 'exec_2' }], { acknowledged: ['exec_1', 'exec_2'] }],
    ['stuck in queued', [{ ...row, status: 'queued' }], {}],
    ['stuck in running', [{ ...row, status: 'running' }], {}],
    ['wrong output', [{ ...row, stdout: 'something else' }], {}],
    ['failed with exception', [{ ...lost, exitReason: 'exception' }], {}],
    ['nobody asked for', [{ ...row, status: 'cancelled' }], {}],
    ['nobody asked for it', [row, { ...row, id: 'exec_2', taskNumber: 2 }], {}],
    ['is now completed', [row], { ends: [{ status: 'failed', stdout: '' }] }],
    ['unexpected answer 500', [row], { unexpected: ['500'] }],
  ])('tells: %s', (sentence, rows, change) => {
    expect(violations(rows, change).join('\n')).toContain(sentence);
  });

  it('allows a cancelled end to who asked for it, whether it was heard in time or not', () => {
    expect(violations([{ ...row, status: 'cancelled', stdout: 'begin' }], { cancelAsked: true })).toEqual([]);
    expect(violations([row], { cancelAsked: true })).toEqual([]);
  });

  it('allows sandbox_lost after two losses in its time, and after no fewer', () => {
    expect(violations([lost], {}, [loss(101_000), loss(103_000)])).toEqual([]);
    expect(violations([lost], {}, [loss(101_000)]).join()).toContain('only met worker-kill');
    expect(violations([lost], {}, [loss(101_000), loss(106_000)]).join()).toContain('sandbox_lost');
    expect(violations([lost], {}, [loss(101_000), loss(80_000)]).join()).toContain('sandbox_lost');
  });

  it('finds any one wrong answer among right ones', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), (seed, count, pick) => {
        const all = Array.from({ length: count }, (_, number) => taskOf(seed, number));
        const wrongAt = pick % count;
        const rows = all.map(({ number, expectedStdout }): Row => ({
          ...row,
          id: `exec_${String(number)}`,
          taskNumber: number,
          stdout: number === wrongAt ? `${expectedStdout}!` : expectedStdout,
        }));
        const clients = all.map((one): Seen => ({ ...seen, task: one, acknowledged: [`exec_${String(one.number)}`] }));
        const found = findViolations({ seen: clients, rows, losses: [] });
        expect(found).toHaveLength(1);
        expect(found[0]).toContain(`task ${String(wrongAt)}:`);
      }),
    );
  });
});

describe('check of the usage', () => {
  it('is content when every end was counted once', () => {
    const counted = new Map([
      ['ok', 2],
      ['sandbox_lost', 1],
    ]);
    expect(findMiscounts([row, row, lost, { ...row, status: 'queued', exitReason: null }], counted)).toEqual([]);
  });

  it.each<[string, [string, number][], string]>([
    ['an end that was not counted', [], 'usage: ok ended 1 and was counted 0 times'],
    ['one that was counted twice', [['ok', 2]], 'usage: ok ended 1 and was counted 2 times'],
    [
      'one that never was',
      [
        ['ok', 1],
        ['killed', 1],
      ],
      'usage: killed ended 0 and was counted 1 times',
    ],
  ])('tells of %s', (_name, counted, sentence) => {
    expect(findMiscounts([row], new Map(counted))).toEqual([sentence]);
  });
});
