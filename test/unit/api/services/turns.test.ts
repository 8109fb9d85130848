import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTurns } from '../../../../api/services/turns.ts';

describe('turns', () => {
  it('let no more go on than there are, in the order they came, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (max, failing) => {
          const inTurn = createTurns(max);
          const begun: number[] = [];
          let under = 0;
          let most = 0;
          const work = async (at: number, fails: boolean) => {
            begun.push(at);
            most = Math.max(most, (under += 1));
            await nextTurn();
            under -= 1;
            if (fails) throw new Error('failed');
          };
          await Promise.allSettled(failing.map((fails, at) => inTurn(() => work(at, fails))));
          expect(begun).toEqual([...failing.keys()]);
          expect(most).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});
