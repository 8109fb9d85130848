import { describe, expect, it } from '@jest/globals';
import { createRetention } from '../../../../api/services/retention.ts';

/** @param batches how many rows each deletion finds; every deletion takes `deletionMs` */
function stageOf(batches: number[], { days = 30, deletionMs = 10 } = {}) {
  const asked: number[] = [];
  let nowMs = 0;
  const told: number[] = [];
  const { retention } = createRetention({
    store: {
      deleteEndedBefore: (ofDays) => {
        asked.push(ofDays);
        nowMs += deletionMs;
        return Promise.resolve(batches.shift() ?? 0);
      },
    },
    days,
    nowMs: () => nowMs,
    onDeleted: (count) => told.push(count),
  });
  return { retention, asked, told, pass: (ms: number) => (nowMs += ms) };
}

describe('retention', () => {
  it('goes on within a pass while there is more', async () => {
    const { retention, told } = stageOf([100, 100, 7]);
    await retention();
    expect(told).toEqual([100, 100, 7]);
  });

  it('leaves the rest to the next pass when its time is up', async () => {
    const { retention, asked, pass } = stageOf([100, 100, 100, 100], { deletionMs: 200 });
    await retention();
    expect(asked).toHaveLength(2);
    pass(1_000);
    await retention();
    expect(asked).toHaveLength(4);
  });

  it('rests for a minute when nothing is left', async () => {
    const { retention, asked, pass } = stageOf([0, 0]);
    await retention();
    pass(59_000);
    await retention();
    expect(asked).toEqual([30]);
    pass(2_000);
    await retention();
    expect(asked).toEqual([30, 30]);
  });

  it('deletes nothing at 0 days', async () => {
    const { retention, asked } = stageOf([100], { days: 0 });
    await retention();
    expect(asked).toEqual([]);
  });
});
