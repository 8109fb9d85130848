import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeFault, FAULT_KINDS, FAULTS, planFaults } from '../../faults/plan.ts';

const options = fc.record({
  seed: fc.nat(),
  faults: fc.integer({ min: 1, max: 200 }),
  gapMs: fc.integer({ min: 1, max: 5_000 }),
});

describe('fault plan', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(options, (given) => {
        expect(planFaults(given)).toEqual(planFaults(given));
      }),
    );
  });

  it('has as many faults as asked for, in order, each within the bounds of its kind', () => {
    fc.assert(
      fc.property(options, (given) => {
        const plan = planFaults(given);
        expect(plan.map(({ number }) => number)).toEqual(Array.from({ length: given.faults }, (_, at) => at + 1));
        for (const [at, { kind, atMs, holdMs, pick }] of plan.entries()) {
          const [min, max] = FAULTS[kind].holdMs;
          expect(holdMs).toBeGreaterThanOrEqual(min);
          expect(holdMs).toBeLessThanOrEqual(max);
          expect(pick).toBeGreaterThanOrEqual(0);
          expect(pick).toBeLessThan(1);
          const gapMs = atMs - (plan[at - 1]?.atMs ?? atMs);
          expect(gapMs).toBeGreaterThanOrEqual(0);
          expect(gapMs).toBeLessThanOrEqual(2 * given.gapMs);
        }
      }),
    );
  });

  it('leaves no kind out when it is long enough', () => {
    const roundLength = FAULT_KINDS.reduce((sum, kind) => sum + FAULTS[kind].weight, 0);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const kinds = planFaults({ seed, faults: roundLength, gapMs: 1 }).map(({ kind }) => kind);
        expect(new Set(kinds)).toEqual(new Set(FAULT_KINDS));
      }),
    );
  });

  it('differs from seed to seed', () => {
    const texts = Array.from({ length: 50 }, (_, seed) =>
      planFaults({ seed, faults: 10, gapMs: 1_000 }).map(describeFault).join('\n'),
    );
    expect(new Set(texts).size).toBe(50);
  });
});
