import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canMove,
  EXECUTION_STATUSES,
  EXIT_REASONS,
  isFinal,
  OPEN_STATUSES,
  statusOf,
} from '../../../shared/contracts/statuses.ts';

describe('statuses', () => {
  it('ends every walk in a status that nothing follows', () => {
    const anyStatus = fc.constantFrom(...EXECUTION_STATUSES);
    fc.assert(
      fc.property(fc.array(anyStatus), (wishes) => {
        let status: (typeof EXECUTION_STATUSES)[number] = 'queued';
        let ended = false;
        for (const wish of wishes) {
          if (!canMove(status, wish)) continue;
          expect(ended).toBe(false);
          status = wish;
          ended = isFinal(status);
        }
      }),
    );
  });

  it('knows open statuses as those that are not final', () => {
    expect(OPEN_STATUSES).toEqual(['queued', 'running']);
  });

  it('gives every exit reason a final status that an open execution may move to', () => {
    for (const reason of EXIT_REASONS) {
      expect(isFinal(statusOf(reason))).toBe(true);
      for (const open of OPEN_STATUSES) expect(canMove(open, statusOf(reason))).toBe(true);
    }
  });
});
