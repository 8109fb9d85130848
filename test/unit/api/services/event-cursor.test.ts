import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endId, liveId, parseCursor, rowId } from '../../../../api/services/event-cursor.ts';

const attempt = fc.integer({ min: 0, max: 1_000 });

describe('event cursor', () => {
  it('understands every id that the service gives out', () => {
    fc.assert(
      fc.property(attempt, fc.nat(), fc.nat(), (run, milliseconds, sequence) => {
        const streamId = `${String(milliseconds)}-${String(sequence)}`;
        expect(parseCursor(liveId(run, streamId))).toEqual({ kind: 'live', attempt: run, streamId });
        expect(parseCursor(endId(run))).toEqual({ kind: 'end' });
      }),
    );
    fc.assert(
      fc.property(attempt, fc.integer({ min: 0, max: 10_000 }), (run, position) => {
        expect(parseCursor(rowId(run, position))).toEqual({ kind: 'row', position });
      }),
    );
  });

  it('takes anything else for nothing seen', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCursor(text)).toEqual({ kind: 'start' });
      }),
    );
    for (const text of [undefined, '', '1.', '1.0-0 ', '1.row-', '-1.end', `${'9'.repeat(30)}.end`]) {
      expect(parseCursor(text)).toEqual({ kind: 'start' });
    }
  });
});
