/** The short form of `npm run fuzz`. */
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { WORKER_TARGETS } from '../../../fuzz/worker-targets.ts';

const CASES = 300;

describe('fuzz: worker', () => {
  it.each(WORKER_TARGETS)('$name', async ({ property }) => {
    await fc.assert(property, { numRuns: CASES });
  });
});
