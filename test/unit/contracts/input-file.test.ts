import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CreateExecution } from '../../../shared/contracts/execution.ts';
import { AskedFile, foldedName } from '../../../shared/contracts/input-file.ts';
import { FILE_NAME_BYTES_MAX, INPUT_FILES_COUNT_MAX } from '../../../shared/contracts/limits.ts';

const file_id = `file_${'a'.repeat(20)}`;
const nameOf = (name: string) => AskedFile.safeParse({ file_id, name }).data?.name;

describe('input file: name', () => {
  it.each(['a.csv', 'no extension', '.hidden', '...', 'größe.csv', '数.csv', '-rf', 'a b', 'CON', "'; rm -rf *"])(
    'may be %j',
    (name) => {
      expect(nameOf(name)).toBe(name);
    },
  );

  it.each([
    ...['', '.', '..', 'a/b', '/etc/passwd', '../a', 'a/', 'a\\b', '..\\a'],
    ...['a\0', 'a\nb', 'a\tb', '\u007f', '\u0085', 'a\u2028b', 'cod\u202e.exe', '\ud800'],
  ])('may not be %j', (name) => {
    expect(nameOf(name)).toBeUndefined();
  });

  it('may be as long as file systems allow, in bytes, and no longer', () => {
    const longest = 'ü'.repeat((FILE_NAME_BYTES_MAX - 1) / 2) + 'x';
    expect(nameOf(longest)).toBe(longest);
    expect(nameOf(`${longest}x`)).toBeUndefined();
  });

  it('is taken in its composed form', () => {
    expect(nameOf('gru\u0308n.csv')).toBe('grün.csv');
  });

  it('names one entry of a directory, whatever was asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (asked) => {
        const name = nameOf(asked);
        if (name === undefined) return;
        expect(name).not.toMatch(/[/\\\0]/);
        expect(['', '.', '..']).not.toContain(name);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('input file: names that are one', () => {
  it.each([
    ['A.csv', 'a.CSV'],
    ['grün', 'GRU\u0308N'],
    ['straße', 'STRASSE'],
    ['ΣΑΣ', 'σας'],
    ['\ufb01le', 'FILE'],
  ])('%j and %j', (one, other) => {
    expect(foldedName(one)).toBe(foldedName(other));
  });

  it('are told apart where they differ in more', () => {
    expect(foldedName('a.csv')).not.toBe(foldedName('a.cvs'));
    expect(foldedName('grün')).not.toBe(foldedName('grun'));
  });
});

describe('input files: how many', () => {
  const withFiles = (count: number) =>
    CreateExecution.safeParse({ code: 'x', files: Array.from({ length: count }, () => ({ file_id })) });

  it('is bounded', () => {
    expect(withFiles(INPUT_FILES_COUNT_MAX).success).toBe(true);
    expect(withFiles(INPUT_FILES_COUNT_MAX + 1).success).toBe(false);
  });
});
