import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../../bench/cases.ts';
import { CHURN, floorOf, forkName, keyOf, PATH } from '../../../bench/floor-of.ts';

const CORES = 4;

const one = (change: Partial<Case>): Case => ({
  ...{ name: 'a case', group: 'print', clients: 1, count: 1, call: 'run', body: { code: '1' } },
  ...{ check: () => undefined, fork: 'bare fork', floor: 'path', targets: [] },
  ...change,
});
const summary = (p50Ms: number, perSecond: number) => ({ count: 1, p50Ms, p95Ms: 0, p99Ms: 0, perSecond });

const floors = new Map([
  [keyOf(PATH), summary(5, 190)],
  [keyOf(PATH, 16), summary(20, 600)],
  [keyOf(forkName('bare fork')), summary(1, 900)],
  [keyOf(forkName('plot')), summary(80, 12)],
  [keyOf(CHURN, 4), summary(1_000, 3.5)],
]);

describe('benchmarks: floor of a case', () => {
  it('is the sum of the medians where one client waits', () => {
    expect(floorOf(one({}), floors, CORES)).toEqual({ what: 'no sandbox + bare fork', p50Ms: 6, perSecond: null });
  });

  it('is the rate of the way through the service where that is the bottleneck', () => {
    expect(floorOf(one({ clients: 16 }), floors, CORES)).toMatchObject({ what: 'no sandbox', perSecond: 600 });
  });

  it('is the rate of the cores where the code is the bottleneck', () => {
    const floor = floorOf(one({ clients: 16, fork: 'plot' }), floors, CORES);
    expect(floor).toEqual({ what: 'cores ÷ fork + plot', p50Ms: null, perSecond: 50 });
  });

  it('is the rate of bare churn with as many clients for a container of its own', () => {
    const floor = floorOf(one({ clients: 4, floor: 'churn' }), floors, CORES);
    expect(floor).toEqual({ what: 'churn', p50Ms: null, perSecond: 3.5 });
  });

  it.each([
    ['way', one({ clients: 64 })],
    ['fork', one({ fork: 'pandas' })],
    ['churn', one({ floor: 'churn' })],
  ])('is none when its %s was not measured', (_part, unmeasured) => {
    expect(floorOf(unmeasured, floors, CORES)).toBeNull();
  });
});
