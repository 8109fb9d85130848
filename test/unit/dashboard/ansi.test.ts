import { describe, expect, it } from '@jest/globals';
import { ansiPieces, withoutOverwritten } from '../../../dashboard/src/outputs/ansi.ts';

describe('dashboard: text of a terminal', () => {
  it('keeps plain text as it is', () => {
    expect(ansiPieces('a < b\n')).toEqual([{ text: 'a < b\n', className: '' }]);
  });

  it('tells colours and weight of each piece, until they are reset', () => {
    expect(ansiPieces('\u001b[31mred\u001b[1mbold\u001b[0mplain')).toEqual([
      { text: 'red', className: 'ansi-red' },
      { text: 'bold', className: 'ansi-red ansi-bold' },
      { text: 'plain', className: '' },
    ]);
  });

  it('takes every other command of a terminal away', () => {
    const text = ansiPieces('\u001b[2J\u001b]0;title\u0007a\u001b[3Ab\u001b(Bc')
      .map((piece) => piece.text)
      .join('');
    expect(text).toBe('abc');
  });

  it('shows of a line that was written over what was written last', () => {
    expect(withoutOverwritten('10 %\r50 %\r100 %\r\ndone\r\n')).toBe('100 %\ndone\n');
  });
});
