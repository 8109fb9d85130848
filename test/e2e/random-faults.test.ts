/** The short form of `npm run test:faults`: under load, the dozen faults of two seeds whose plans have most kinds in them. */
import { describe, expect, it } from '@jest/globals';
import { explainFailure, runFaults } from '../faults/run-faults.ts';

const PLANS = [
  { seed: 110_040, faults: 12, gapMs: 1_200 },
  { seed: 213_391, faults: 12, gapMs: 1_200 },
];

describe('random faults under load', () => {
  it.each(PLANS)(
    'of seed $seed break no promise',
    async (plan) => {
      const run = await runFaults(plan);
      if (run.violations.length > 0) throw new Error(explainFailure(run, plan));
      expect(Object.values(run.faults).reduce((sum, count) => sum + count, 0)).toBe(plan.faults);
      expect(run.ends['completed']).toBeGreaterThan(0);
    },
    180_000,
  );
});
