import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALL_PENDING, BATCH_MAX, NEW, nextPosition, type Position } from '../../../shared/queue/result-position.ts';

describe('result position', () => {
  it('stays at new reports while they are handled', () => {
    expect(nextPosition(NEW, 'handled', '5-0')).toEqual(NEW);
  });

  it('goes back to what is pending when new reports fail', () => {
    expect(nextPosition(NEW, 'failed', '5-0')).toEqual(ALL_PENDING);
    expect(nextPosition(NEW, 'outage', '5-0')).toEqual(ALL_PENDING);
  });

  it('tries the same again during an outage, in smaller batches down to one', () => {
    expect(nextPosition(ALL_PENDING, 'outage', '5-0')).toMatchObject({ count: BATCH_MAX / 2 });
    const single = { kind: 'pending', after: '0-0', count: 1 } as const;
    expect(nextPosition(single, 'outage', '5-0')).toEqual(single);
  });

  it('goes on to new reports when nothing is pending', () => {
    expect(nextPosition(ALL_PENDING, 'handled', undefined)).toEqual(NEW);
  });

  it('hands every pending report over exactly once unless it is bad, and always reaches the new ones', () => {
    const bad = fc.array(fc.boolean(), { maxLength: 300 });
    fc.assert(
      fc.property(bad, (pending) => {
        const handled = new Set<number>();
        let position: Position = ALL_PENDING;
        for (let steps = 0; position.kind === 'pending'; steps += 1) {
          expect(steps).toBeLessThanOrEqual(3 * pending.length + 2);
          const after = Number(position.after.split('-')[0]);
          const batch = [...pending.keys()].filter((id) => id + 1 > after && !handled.has(id)).slice(0, position.count);
          const fails = batch.some((id) => pending[id]);
          if (!fails) for (const id of batch) handled.add(id);
          const last = batch.at(-1);
          position = nextPosition(
            position,
            fails ? 'failed' : 'handled',
            last === undefined ? undefined : `${String(last + 1)}-0`,
          );
        }
        expect([...handled].sort((one, other) => one - other)).toEqual(
          [...pending.keys()].filter((id) => pending[id] === false),
        );
      }),
    );
  });
});
