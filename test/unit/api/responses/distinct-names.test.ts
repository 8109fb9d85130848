import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distinctNames } from '../../../../api/services/responses/distinct-names.ts';
import { isFileName } from '../../../../shared/contracts/file.ts';
import { foldedName } from '../../../../shared/contracts/input-file.ts';

const anyName = fc
  .oneof(
    fc.constantFrom('a.csv', 'A.csv', 'a (2).csv', 'A (2).CSV', 'a', '.env', 'é.csv', `${'x'.repeat(251)}.csv`),
    fc.constantFrom(`a.${'y'.repeat(253)}`, `A.${'y'.repeat(253)}`, '😀'.repeat(63), `${'é'.repeat(127)}`),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  )
  .filter(isFileName);

describe('distinct names', () => {
  it('number what comes again before its extension', () => {
    expect(distinctNames(['a.csv', 'b.csv', 'a.csv', 'A.CSV', 'readme', 'readme'])).toEqual([
      ...['a.csv', 'b.csv', 'a (2).csv', 'A (3).CSV', 'readme', 'readme (2)'],
    ]);
  });

  it('pass over a name that is taken by its own', () => {
    expect(distinctNames(['a (2).csv', 'a.csv', 'a.csv'])).toEqual(['a (2).csv', 'a.csv', 'a (3).csv']);
  });

  it('are names of files, and no two of them the same, whatever came', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 40 }), (names) => {
        const given = distinctNames(names);
        expect(given.every(isFileName)).toBe(true);
        expect(new Set(given.map(foldedName)).size).toBe(names.length);
      }),
    );
  });

  it('stay as they are where they are distinct', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 40 }), (names) => {
        const given = distinctNames(names);
        expect(distinctNames(given)).toEqual(given);
      }),
    );
  });
});
