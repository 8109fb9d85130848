import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CSV_HEAD, toLine } from '../../../../api/services/execution-csv.ts';

describe('execution csv', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('makes a text of %j', (cell) => {
    expect(toLine([cell])).toMatch(/^"?'/);
  });

  it('leaves a negative number one', () => {
    expect(toLine([-1])).toBe('-1\r\n');
  });

  it('quotes what would end a cell or a line', () => {
    expect(toLine(['a,b', 'say "x"', 'one\ntwo', null, undefined, 0])).toBe('"a,b","say ""x""","one\ntwo",,,0\r\n');
  });

  it('begins no cell with what begins a formula, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (cells) => {
        expect(toLine(cells)).not.toMatch(/^"?[=+\-@\t]/);
      }),
    );
  });

  it('names its columns', () => {
    expect(CSV_HEAD).toMatch(/^id,organization_id,status,exit_reason,.*,metadata\r\n$/);
  });
});
